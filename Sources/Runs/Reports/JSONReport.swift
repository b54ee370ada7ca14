import Foundation

/// A report that is printed as text for people or as JSON for programs.
public protocol JSONReport: Encodable {
  /// The report for people.
  var text: String { get }
}

extension JSONReport {
  /// The report as indented JSON with sorted keys.
  public func json() throws -> String { try ReportText.json(self) }
}

/// Columns of text, as wide as their widest cell.
package struct TextTable {
  /// Where a cell's text stands in its column.
  package enum Alignment: Sendable {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// A table of the given columns, without rows.
  package init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    // Names of runs and keys of a file stand in headings, too.
    rows = [columns.map(\.title.visible)]
  }

  /// Adds a row, a cell for each column.
  package mutating func add(_ cells: [String]) { rows.append(cells.map(\.visible)) }

  /// The rows, one a line, with two spaces between columns.
  package var text: String {
    let sizes = rows.map { $0.map(\.count) }
    let widths = alignments.indices.map { column in sizes.map { $0[column] }.max() ?? 0 }
    var text = ""
    for (row, sizes) in zip(rows, sizes) {
      var space = 0
      for (column, cell) in row.enumerated() {
        let rest = widths[column] - sizes[column]
        if alignments[column] == .right { space += rest }
        // Spaces behind the last cell of a line are never written.
        if !cell.isEmpty {
          text.append(String(repeating: " ", count: space))
          text.append(cell)
          space = 0
        } else {
          space += sizes[column]
        }
        if alignments[column] == .left { space += rest }
        space += 2
      }
      text.append("\n")
    }
    return String(text.dropLast())
  }
}
