extension DatasetCatalogue {
  /// The text of a data set that is one: tiny-shakespeare or the King James Bible.
  ///
  /// - Parameter directory: where its file lies; nil looks into the system's place and the cache.
  /// - Throws: `DatasetError.unknownName`, `.notInstalled`, `.invalid` for a set that is no text, or
  ///   what is wrong with the file.
  public func text(
    _ name: String, in directory: String? = nil, for level: Vocabulary.Level = .characters
  ) throws -> Text {
    let entry = try entry(named: name)
    guard let file = entry.systemFile?.name ?? entry.files.first?.name, entry.isText else {
      throw DatasetError.invalid(parameter: name, reason: "is not a text")
    }
    let place = try directory ?? self.directory(of: name)
    guard let path = Self.path(of: file, in: place) else {
      throw DatasetError.unreadable(path: "\(place)/\(file)", reason: "no such file")
    }
    return entry == .bibleKJV
      ? try BibleFile.text(at: path) : try Text(contentsOf: path, for: level)
  }
}
