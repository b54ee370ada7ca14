import TandemDatasets
import TandemRuns

/// Where a text or a table is: the keys `set` and `path` of a `data` section.
public enum DataPlace: Sendable {
  /// A set that `tandem data` knows.
  case set(String)
  /// A file; for a task that cuts a text in parts, also a folder of files for train, valid and test.
  case path(String)

  /// Reads the keys: a path, where there is one, comes before a set.
  init(_ section: inout ConfigurationReader) {
    let set = section.optionalText("set")
    let path = section.optionalText("path")
    switch (set, path) {
    case (_, let path?): self = .path(path)
    case (let set?, nil): self = .set(set)
    case (nil, nil):
      section.problem(
        at: "set", "give the name of a set (see `tandem data`) or a path", comparing: ["path"])
      self = .path("")
    }
  }

  /// The place with a path that holds wherever the program was started.
  func located(_ place: (String) -> String) -> DataPlace {
    if case .path(let path) = self { .path(place(path)) } else { self }
  }

  /// The whole text.
  ///
  /// - Throws: What is wrong with the file; see `DatasetError`.
  func text(for level: Vocabulary.Level) throws -> Text {
    switch self {
    case .set(let name): try DatasetCatalogue().text(name, for: level)
    case .path(let path): try Text(contentsOf: path, for: level)
    }
  }

  /// Columns of a table; nil for its last one.
  ///
  /// - Throws: What is wrong with the file; see `DatasetError`.
  func table(_ columns: [TimeSeriesTable.Column]?) throws -> TimeSeriesTable {
    switch self {
    case .set(let name): try DatasetCatalogue().table(name, columns: columns)
    case .path(let path): try TimeSeriesTable(contentsOf: path, columns: columns)
    }
  }
}
