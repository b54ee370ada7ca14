import Foundation
import TandemDatasets
import TandemRuns

/// What `tandem data` tells: the known data sets and where they are.
public struct DataReport: JSONReport {
  let datasets: [Row]

  /// A known data set.
  struct Row: Encodable {
    let name: String
    let summary: String
    let licence: String
    let homepage: String
    /// `generated`, `found` or `missing`.
    let status: String
    /// Where it is, or how to get it.
    let place: String
  }

  /// Looks for the sets of a catalogue.
  public init(_ catalogue: DatasetCatalogue = DatasetCatalogue()) {
    datasets = catalogue.entries.map { entry in
      let (status, place) =
        switch catalogue.status(of: entry) {
        case .generated: ("generated", "drawn by the program itself")
        case .found(let directory): ("found", directory)
        case .notFound(let hint): ("missing", hint)
        }
      return Row(
        name: entry.name, summary: entry.summary, licence: entry.licence,
        homepage: entry.homepage, status: status, place: place)
    }
  }

  public var text: String {
    var table = TextTable([
      ("NAME", .left), ("STATUS", .left), ("WHERE, OR HOW TO GET IT", .left), ("WHAT", .left),
    ])
    for row in datasets { table.add([row.name, row.status, row.place, row.summary]) }
    return table.text
  }
}
