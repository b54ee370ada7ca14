extension DatasetCatalogue {
  /// The table of a data set that is one.
  ///
  /// - Parameters:
  ///   - directory: where its file lies; nil looks into the system's directory and the cache.
  ///   - columns: the columns to read, the one to forecast first; nil reads the last one.
  /// - Throws: `DatasetError.unknownName`, `.notInstalled`, `.invalid` for a set that is no table,
  ///   or what is wrong with the file.
  public func table(
    _ name: String, in directory: String? = nil, columns: [TimeSeriesTable.Column]? = nil
  ) throws -> TimeSeriesTable {
    let entry = try entry(named: name)
    guard entry.isTable else {
      throw DatasetError.invalid(parameter: name, reason: "is not a table")
    }
    let file = entry.files[0].name
    let place = try directory ?? self.directory(of: name)
    guard let path = Self.path(of: file, in: place) else {
      throw DatasetError.unreadable(path: "\(place)/\(file)", reason: "no such file")
    }
    return try TimeSeriesTable(contentsOf: path, columns: columns)
  }
}
