import Foundation

/// Runs that were removed and can come back: `<runs>/.trash/<id>`, beside the other runs.
///
/// Going there and coming back is one renaming, so that a run is in one of the two places whenever
/// the power goes. Who takes runs out of a trash folder, to restore or to delete them, holds its
/// `.lock` meanwhile, so that processes wait for each other there.
public struct RunTrash: Sendable {
  /// The trash folder's name.
  static let folder = ".trash"

  /// What is written into a run before it goes.
  private struct Removal: Codable {
    let removed: Date
  }

  private let store: RunStore
  private let fileSystem: any FileSystem

  /// The trash folders of all runs below a store's root.
  public init(_ store: RunStore, fileSystem: any FileSystem = LocalFileSystem()) {
    self.store = store
    self.fileSystem = fileSystem
  }

  /// The removed runs, the oldest first; damaged ones too.
  public func list() throws(RunError) -> [RunSummary] {
    RunStore.sorted(try store.trashed().map(RunSummary.init(path:)))
  }

  /// The paths of the removed runs, sorted.
  public func paths() throws(RunError) -> [String] { try store.trashed() }

  /// Finds a removed run by its id, a unique beginning of it or of its two words, or `@last`: the
  /// one that was removed last.
  public func find(_ name: String) throws(RunError) -> String {
    if name == "@last" {
      let last = try list().max { ($0.removed ?? .distantPast) < ($1.removed ?? .distantPast) }
      if let last { return last.path }
    }
    return try RunStore.match(
      name, among: try store.trashed(), root: "\(store.root), in the trash")
  }

  /// Moves a run into the trash folder beside it.
  ///
  /// Throws `RunError.inUse` for a run that a process writes, and `.refused` for one of another
  /// machine that seems to be at work there, a symbolic link, and one that is in the trash.
  ///
  /// - Parameter force: Whether a run goes that seems to be at work on another machine.
  /// - Returns: where it is now.
  @discardableResult
  public func remove(
    _ path: String, force: Bool = false, now: Date = Date()
  ) throws(RunError) -> String {
    func refused(_ reason: String) -> RunError {
      .refused(operation: "remove", path: path, reason: reason)
    }
    if isSymbolicLink(path) { throw refused("it is a symbolic link, not a run") }
    guard let place = resolved(path), let runs = parentFolder(of: place) else {
      throw refused("it is no run directory")
    }
    if lastComponent(of: runs) == Self.folder { throw refused("it is in the trash") }
    let lock = try RunDirectory.takeLock(place, fileSystem)
    do throws(RunError) {
      if !force, let record = try? RunRecord(directory: place), record.observedStatus == .running,
        let process = record.sessions.last?.process
      {
        // The lock is ours, but a network's file system may not tell other machines.
        throw refused("it seems to be running as process \(process.pid) of \(process.host)")
      }
      let trash = "\(runs)/\(Self.folder)"
      let target = "\(trash)/\(lastComponent(of: place))"
      if isSymbolicLink(trash) { throw refused("\(trash) is a symbolic link") }
      if exists(target) { throw refused("the trash has a run of this id already") }
      let note = "\(place)/\(Self.removalFile)"
      let removal = Removal(removed: Timestamp.rounded(now))
      try fileSystem.replaceFile(note, bytes: try JSONCoding.file(removal, path: note))
      try fileSystem.makeFolders(trash)
      try move(place, to: target)
      try fileSystem.close(lock)
      return target
    } catch {
      // A run that stays says nothing of being removed.
      if exists(place) { try? fileSystem.remove("\(place)/\(Self.removalFile)") }
      try? fileSystem.close(lock)
      throw error
    }
  }

  /// Moves a run from the trash back to where it was.
  ///
  /// Throws `RunError.refused` where a run of its id is there, or where another process has taken
  /// it out of the trash since; `.inUse` where a process writes it.
  ///
  /// - Returns: where it is now.
  @discardableResult
  public func restore(_ path: String) throws(RunError) -> String {
    let restored = try withdraw(path, "restore") { (trash) throws(RunError) in
      let target = "\(parentFolder(of: trash) ?? "/")/\(lastComponent(of: path))"
      if exists(target) {
        throw .refused(operation: "restore", path: path, reason: "\(target) is there already")
      }
      try move(path, to: target)
      // Without effect outside the trash: one that stays after a crash does no harm.
      let note = "\(target)/\(Self.removalFile)"
      if exists(note) { try fileSystem.remove(note) }
      return target
    }
    guard let restored else {
      throw .refused(operation: "restore", path: path, reason: "it is not in the trash any more")
    }
    return restored
  }

  /// Deletes a removed run for good. Symbolic links go, what they point to stays.
  ///
  /// Throws `RunError.inUse` where a process writes it, or another is at the trash for a minute.
  ///
  /// - Returns: Whether it was there: false where another process has restored or deleted it.
  @discardableResult
  public func purge(_ path: String) throws(RunError) -> Bool {
    let name = lastComponent(of: path)
    func hidden(_ trash: String) -> String { "\(trash)/.\(name).purged" }
    let taken: Void? = try withdraw(path, "delete") { (trash) throws(RunError) in
      // Hidden first, so that no half-deleted run can be restored.
      if exists(hidden(trash)) { try fileSystem.removeTree(hidden(trash)) }
      try fileSystem.rename(path, to: hidden(trash))
    } behind: { (trash) throws(RunError) in
      try fileSystem.removeTree(hidden(trash))
    }
    return taken != nil
  }

  /// Deletes what a purge that did not come to its end has left.
  public func purgeLeftovers() throws(RunError) {
    for trash in try store.trashFolders() {
      try alone(in: trash) { () throws(RunError) in
        for name in try namesInFolder(trash) where name.first == "." && name.hasSuffix(".purged") {
          try fileSystem.removeTree("\(trash)/\(name)")
        }
      }
    }
  }

  /// Takes a run out of its trash folder by a body that is given the folder, while nobody else does
  /// so there and no process writes the run.
  ///
  /// - Parameter behind: What follows when the run's own lock, a file in it, is closed.
  /// - Returns: What the body does; nil where the run is not there any more.
  private func withdraw<Result>(
    _ path: String, _ operation: String, _ body: (_ trash: String) throws(RunError) -> Result,
    behind: (_ trash: String) throws(RunError) -> Void = { (_) throws(RunError) in }
  ) throws(RunError) -> Result? {
    guard let trash = parentFolder(of: path), lastComponent(of: trash) == Self.folder,
      isFolder(trash)
    else { throw .refused(operation: operation, path: path, reason: "it is not in the trash") }
    return try alone(in: trash) { () throws(RunError) in
      guard exists(path) else { return nil }
      // What a link points to is not in the trash.
      let lock = isSymbolicLink(path) ? nil : try RunDirectory.takeLock(path, fileSystem)
      let result: Result
      do throws(RunError) {
        result = try body(trash)
      } catch {
        if let lock { try? fileSystem.close(lock) }
        throw error
      }
      if let lock { try? fileSystem.close(lock) }
      try behind(trash)
      return result
    }
  }

  /// Carries out a body while no other process takes runs out of a trash folder.
  private func alone<Result>(
    in trash: String, _ body: () throws(RunError) -> Result
  ) throws(RunError) -> Result {
    let lock = try fileSystem.waitForLock("\(trash)/.lock", of: trash, atMost: .seconds(60))
    defer { try? fileSystem.close(lock) }
    return try body()
  }

  /// The bytes that a folder takes on the disk, links not followed.
  public static func size(of path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    // The system counts blocks of 512 bytes, whatever the disk's own are.
    let own = Int(status.st_blocks) * 512
    guard status.st_mode & S_IFMT == S_IFDIR else { return own }
    return ((try? namesInFolder(path)) ?? []).reduce(own) { $0 + size(of: "\(path)/\($1)") }
  }

  /// When a run in the trash was removed; nil for one that is not there, or does not say.
  static func removal(of path: String) -> Date? {
    guard let folder = parentFolder(of: path), lastComponent(of: folder) == Self.folder else {
      return nil
    }
    return (try? JSONCoding.read(Removal.self, from: "\(path)/\(removalFile)"))?.removed
  }

  private static let removalFile = "removed.json"

  private func move(_ path: String, to target: String) throws(RunError) {
    try fileSystem.rename(path, to: target)
    for folder in [target, path].compactMap(parentFolder) {
      try fileSystem.synchronizeFolder(folder)
    }
  }

  /// The path without links and dots; nil for one that does not exist.
  private func resolved(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
