/// Columns of numbers, one row a point in time, read from a CSV file.
public struct TimeSeriesTable: Hashable, Sendable {
  /// A column of a file.
  public enum Column: Hashable, Sendable {
    /// The column of this name in the header.
    case named(String)
    /// The column of this number, from 1.
    case number(Int)
  }

  /// What reports call the series: the path of its file.
  public let name: String
  /// The names of the columns that were read; "column 2" where there is no header.
  public let columns: [String]
  /// The values, [columns][rows].
  public let values: [[Double]]

  /// The number of rows.
  public var count: Int { values.first?.count ?? 0 }

  /// A table of one's own.
  ///
  /// - Throws: `DatasetError.invalid` when columns differ in length or a value is not finite.
  public init(name: String, columns: [String], values: [[Double]]) throws {
    guard !values.isEmpty, values.count == columns.count,
      values.allSatisfy({ $0.count == values[0].count && $0.allSatisfy(\.isFinite) })
    else {
      throw DatasetError.invalid(
        parameter: name, reason: "is not \(columns.count) columns of one length of finite numbers")
    }
    self.name = name
    self.columns = columns
    self.values = values
  }

  /// Reads columns of a CSV file, plain or gzip; numbers have a decimal point.
  ///
  /// - Parameter chosen: the columns to read, the one to forecast first; nil reads the last one.
  /// - Throws: `DatasetError`, naming the file and the line at fault.
  public init(
    contentsOf path: String, columns chosen: [Column]? = nil, _ format: CSVFormat = .init()
  ) throws {
    var reader = try CSVReader(Text(contentsOf: path), format)
    let records = try reader.records()
    guard let first = records.first else {
      throw DatasetError.unsuitable(path: path, reason: "has no lines of values")
    }
    if let ragged = records.first(where: { $0.fields.count != first.fields.count }) {
      throw DatasetError.damaged(
        path: path,
        reason: "line \(ragged.line): \(ragged.fields.count) fields where line \(first.line) has"
          + " \(first.fields.count)")
    }
    let places = try (chosen ?? [.number(first.fields.count)]).map { column in
      try Self.place(of: column, in: first, hasHeader: format.hasHeader, path)
    }
    guard !places.isEmpty else {
      throw DatasetError.invalid(parameter: "columns", reason: "none is chosen")
    }
    let isNamed = chosen?.contains { if case .named = $0 { true } else { false } } ?? false
    let hasHeader =
      format.hasHeader ?? (isNamed || places.contains { Double(first.fields[$0]) == nil })
    let columns = places.map { hasHeader ? first.fields[$0] : "column \($0 + 1)" }
    let rows = records.dropFirst(hasHeader ? 1 : 0)
    guard !rows.isEmpty else {
      throw DatasetError.unsuitable(path: path, reason: "has no values under its header")
    }
    try self.init(
      name: path, columns: columns,
      values: zip(places, columns).map { place, column in
        try rows.map { try Self.number($0, place, column, path) }
      })
  }

  private static func place(
    of column: Column, in first: CSVRecord, hasHeader: Bool?, _ path: String
  ) throws -> Int {
    switch column {
    case .number(let number):
      guard (1...first.fields.count).contains(number) else {
        throw DatasetError.unsuitable(
          path: path, reason: "has no column \(number), only 1 ... \(first.fields.count)")
      }
      return number - 1
    case .named(let name):
      guard hasHeader != false else {
        throw DatasetError.invalid(
          parameter: "columns",
          reason: "'\(name)' needs a header, and the file is said to have none")
      }
      let places = first.fields.indices.filter { first.fields[$0] == name }
      guard places.count == 1 else {
        throw DatasetError.unsuitable(
          path: path,
          reason: "has \(places.isEmpty ? "no column" : "\(places.count) columns") '\(name)';"
            + " line \(first.line) names \(first.fields.joined(separator: ", "))")
      }
      return places[0]
    }
  }

  private static func number(
    _ record: CSVRecord, _ place: Int, _ column: String, _ path: String
  ) throws -> Double {
    let field = record.fields[place]
    guard let number = Double(field), number.isFinite else {
      throw DatasetError.damaged(
        path: path,
        reason: "line \(record.line): "
          + (field.isEmpty ? "no value" : "'\(field)' is not a number")
          + " in column '\(column)'")
    }
    return number
  }
}
