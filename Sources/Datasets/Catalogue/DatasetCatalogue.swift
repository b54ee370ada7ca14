import Foundation

/// The data sets the framework knows by name: what they are, where they lie, how to get them.
public struct DatasetCatalogue: Sendable {
  /// A known data set.
  public struct Entry: Hashable, Sendable {
    /// The name it is asked for by.
    public let name: String
    /// What it is, in one line.
    public let summary: String
    /// Its licence, as its source states it.
    public let licence: String
    /// The page that describes it.
    public let homepage: String
    /// The Debian package that installs it; nil where there is none.
    public let debianPackage: String?
    /// The file of the package that holds it, where packages do not follow the system directory.
    public let systemFile: SystemFile?
    /// The files it consists of; none for a set that is generated or only packaged.
    public let files: [RemoteFile]
    /// The names of its classes; nil where it has no labels.
    public let classes: Classes?

    /// A file at a place of its own.
    public struct SystemFile: Hashable, Sendable {
      /// The directory it lies in.
      public let directory: String
      /// Its name there.
      public let name: String

      /// The file `name` in `directory`.
      public init(directory: String, name: String) {
        self.directory = directory
        self.name = name
      }
    }

    /// An entry for a catalogue of one's own.
    public init(
      name: String, summary: String, licence: String, homepage: String,
      debianPackage: String? = nil, systemFile: SystemFile? = nil, files: [RemoteFile],
      classes: Classes? = nil
    ) {
      self.name = name
      self.summary = summary
      self.licence = licence
      self.homepage = homepage
      self.debianPackage = debianPackage
      self.systemFile = systemFile
      self.files = files
      self.classes = classes
    }

    /// Whether the program draws the set itself, so that nothing need be installed.
    public var isGenerated: Bool { files.isEmpty && systemFile == nil }
    /// Whether it is one text.
    public var isText: Bool {
      systemFile != nil || files.count == 1 && files[0].name.hasSuffix(".txt")
    }
    /// Whether it is one table of numbers.
    public var isTable: Bool { files.count == 1 && files[0].name.hasSuffix(".csv") }
  }

  /// Whether a data set can be used.
  public enum Status: Hashable, Sendable {
    /// The program draws it itself.
    case generated
    /// All its files lie in this directory.
    case found(directory: String)
    /// It is not on this machine; the hint says how to get it.
    case notFound(hint: String)
  }

  /// The known data sets in the order they are listed.
  public let entries: [Entry]
  /// Where downloads go, each data set into a directory of its name.
  public let cacheDirectory: String
  /// Where system packages put data sets, each into a directory of its name.
  public let systemDirectory: String

  /// A catalogue of `entries` that looks into the given directories.
  public init(
    entries: [Entry] = Entry.standard, cacheDirectory: String = DatasetCatalogue.userCache,
    systemDirectory: String = "/usr/share/datasets"
  ) {
    self.entries = entries
    self.cacheDirectory = cacheDirectory
    self.systemDirectory = systemDirectory
  }

  /// `$XDG_CACHE_HOME/tandem`, or `~/.cache/tandem` where that is unset or not absolute.
  public static var userCache: String {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return (cache as NSString).appendingPathComponent("tandem")
    }
    return (NSHomeDirectory() as NSString).appendingPathComponent(".cache/tandem")
  }

  /// The data set of this name.
  ///
  /// - Throws: `DatasetError.unknownName`.
  public func entry(named name: String) throws -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw DatasetError.unknownName(name: name, known: entries.map(\.name))
    }
    return entry
  }

  /// Whether and where a data set lies: in the system's directory, then in the cache. Files count
  /// as found by their names, with or without ".gz"; reading them checks their content.
  public func status(of entry: Entry) -> Status {
    guard !entry.isGenerated else { return .generated }
    if let file = entry.systemFile, Self.path(of: file.name, in: file.directory) != nil {
      return .found(directory: file.directory)
    }
    guard !entry.files.isEmpty else {
      return .notFound(hint: entry.debianPackage.map { "apt install \($0)" } ?? entry.homepage)
    }
    for directory in [systemDirectory, cacheDirectory].map({ path($0, entry.name) })
    where entry.files.allSatisfy({ Self.path(of: $0.name, in: directory) != nil }) {
      return .found(directory: directory)
    }
    let package = entry.debianPackage.map { "apt install \($0), or " } ?? ""
    return .notFound(hint: "\(package)tandem data fetch \(entry.name)")
  }

  /// The directory that holds all files of the data set called `name`.
  ///
  /// - Throws: `DatasetError.unknownName`, `.notInstalled`, or `.invalid` for a generated set.
  public func directory(of name: String) throws -> String {
    switch status(of: try entry(named: name)) {
    case .found(let directory): return directory
    case .notFound(let hint): throw DatasetError.notInstalled(name: name, hint: hint)
    case .generated:
      throw DatasetError.invalid(parameter: name, reason: "is generated and has no files")
    }
  }

  /// Downloads what is missing of a data set into the cache; returns its directory there.
  ///
  /// - Throws: `DatasetError.unknownName`, `DatasetError.invalid` for a generated set,
  ///   `DownloadError`, `CancellationError`.
  @discardableResult
  public func fetch(
    _ name: String, with downloader: Downloader = Downloader(),
    progress: @escaping @Sendable (Downloader.Progress) -> Void = { _ in }
  ) async throws -> String {
    let entry = try entry(named: name)
    guard !entry.isGenerated else {
      throw DatasetError.invalid(parameter: name, reason: "is generated and has no files")
    }
    guard !entry.files.isEmpty else {
      let hint = entry.debianPackage.map { ": apt install \($0)" } ?? ""
      throw DatasetError.invalid(parameter: name, reason: "comes with a system package\(hint)")
    }
    let directory = path(cacheDirectory, name)
    for file in entry.files {
      try await downloader.fetch(file, into: directory, progress: progress)
    }
    return directory
  }

  /// The path of a file in a directory, as it is or unpacked (without its ".gz"); nil if neither.
  static func path(of file: String, in directory: String) -> String? {
    let whole = (directory as NSString).appendingPathComponent(file)
    let unpacked = file.hasSuffix(".gz") ? String(whole.dropLast(3)) : whole
    return [whole, unpacked].first { FileManager.default.fileExists(atPath: $0) }
  }

  private func path(_ directory: String, _ name: String) -> String {
    (directory as NSString).appendingPathComponent(name)
  }
}
