import Foundation

/// The `checkpoints` folder of a run.
///
/// A checkpoint is written into a hidden folder beside its place, every file flushed, then
/// renamed, and the folder above flushed: under its name it is complete or absent, whenever the
/// power goes. `last.json` is set after that, and only then are older ones removed.
public struct CheckpointStore: Sendable {
  /// `…/checkpoints`.
  public let path: String
  private let fileSystem: any FileSystem

  /// The checkpoints in the folder at `path`, which need not exist to be read.
  public init(path: String, fileSystem: any FileSystem = LocalFileSystem()) {
    self.path = path
    self.fileSystem = fileSystem
  }

  /// Writes a checkpoint, points `last.json` to it and removes those that need not be kept.
  ///
  /// One of the same step, which a resumed session writes again, is replaced. Whichever operation
  /// fails, the checkpoints that were complete before stay so, but for one being replaced, which
  /// is restored by `recover`.
  ///
  /// - Parameters:
  ///   - files: tensor files by name, `.safetensors` included.
  ///   - state: what training needs beside tensors.
  ///   - loop: what the loop around it needs.
  ///   - seconds: how long the run has taken by then.
  ///   - best: the metric by which this checkpoint is the best so far, if it is.
  @discardableResult
  public func write(
    step: Int, files: [String: SafetensorsContents], state: some Encodable,
    loop: (any Encodable)? = nil, seconds: Double? = nil, best: BestMetric? = nil,
    retention: Retention = Retention()
  ) throws(RunError) -> Checkpoint {
    let folder = Self.folderName(step)
    guard step >= 0 else {
      throw .invalid(path: "\(path)/\(folder)", reason: "a step is not negative")
    }
    let partial = "\(path)/.\(folder).partial"
    if exists(partial) { try fileSystem.removeTree(partial) }
    do {
      // Whoever takes checkpoints away may have taken their folder.
      try fileSystem.makeFolders(path)
      try fileSystem.makeFolder(partial)
      try writeFiles(files, step: step, state: state, loop: loop, in: partial)
      try fileSystem.synchronizeFolder(partial)
      try put(partial, at: folder)
    } catch {
      try? fileSystem.removeTree(partial)
      throw error
    }
    if let best {
      try point("best-\(best.name)", to: step, value: best.value, better: best.better)
    }
    try point("last", to: step, seconds: seconds)
    try prune(retention, upTo: step)
    return try Checkpoint(path: "\(path)/\(folder)", verified: false)
  }

  /// The steps of all checkpoints, ascending; empty when the folder is absent.
  public func steps() throws(RunError) -> [Int] {
    guard isFolder(path) else { return [] }
    return try namesInFolder(path).compactMap(Self.step(ofFolder:)).sorted()
  }

  /// Opens the checkpoint of a step.
  public func checkpoint(step: Int) throws(RunError) -> Checkpoint {
    let checkpoint = try Checkpoint(path: "\(path)/\(Self.folderName(step))")
    guard checkpoint.step == step else {
      throw .damaged(
        path: "\(checkpoint.path)/state.json", reason: "it is of step \(checkpoint.step)")
    }
    return checkpoint
  }

  /// The latest checkpoint that is complete: the one of `last.json`, else the one of the greatest
  /// step; nil when there is none.
  ///
  /// - Parameter skipped: receives the error of each newer checkpoint that is damaged.
  public func last(
    skipped: (RunError) -> Void = { _ in }
  ) throws(RunError) -> Checkpoint? {
    var candidates = Array(try steps().reversed())
    if let pointer = try? pointer("last"), let index = candidates.firstIndex(of: pointer.step) {
      candidates.insert(candidates.remove(at: index), at: 0)
    }
    for step in candidates {
      do {
        return try checkpoint(step: step)
      } catch {
        skipped(error)
      }
    }
    return nil
  }

  /// The seconds that the run had taken at the checkpoint of `last.json`; nil for another step.
  public func seconds(at step: Int) -> Double? {
    guard let last = try? pointer("last"), last.step == step else { return nil }
    return last.seconds
  }

  /// The best checkpoint by a metric, with the metric's value; nil when none was marked.
  public func best(_ metric: String) throws(RunError) -> (checkpoint: Checkpoint, value: Double)? {
    guard let pointer = try pointer("best-\(metric)"), let value = pointer.value else { return nil }
    return (try checkpoint(step: pointer.step), value)
  }

  /// The metrics that have a best checkpoint, sorted, with each `/` of their names as `-`.
  public func bestMetrics() throws(RunError) -> [String] {
    guard isFolder(path) else { return [] }
    return try namesInFolder(path).filter { $0.hasPrefix("best-") && $0.hasSuffix(".json") }
      .map { String($0.dropFirst("best-".count).dropLast(".json".count)) }.sorted()
  }

  /// Which values are better of the metrics that have a best checkpoint, by their names as
  /// `bestMetrics` gives them. Pointers that cannot be read, or do not say, are left out.
  public func bestDirections() -> [String: MetricDirection] {
    Dictionary(
      uniqueKeysWithValues: ((try? bestMetrics()) ?? []).compactMap { metric in
        (try? pointer("best-\(metric)"))?.better.map { (metric, $0) }
      })
  }

  /// Removes the checkpoints that need not be kept.
  ///
  /// - Parameter last: The step that training is at. Later checkpoints are those of a session that
  ///   got further before it was resumed from here: they neither count as the latest nor go.
  public func prune(_ retention: Retention, upTo last: Int = .max) throws(RunError) {
    let steps = try steps().filter { $0 <= last }
    var kept = Set(steps.suffix(max(1, retention.last)))
    if let every = retention.every, every > 0 { kept.formUnion(steps.filter { $0 % every == 0 }) }
    for name in try namesInFolder(path) where name.hasSuffix(".json") && name.first != "." {
      // A pointer that cannot be read may mean any of them: nothing is removed then.
      guard let pointer = try? JSONCoding.read(CheckpointPointer.self, from: "\(path)/\(name)")
      else { return }
      kept.insert(pointer.step)
    }
    for step in steps where !kept.contains(step) {
      // Hidden first, so that no half-removed checkpoint bears a name.
      let hidden = "\(path)/.\(Self.folderName(step)).removed"
      if exists(hidden) { try fileSystem.removeTree(hidden) }
      try fileSystem.rename("\(path)/\(Self.folderName(step))", to: hidden)
      try fileSystem.removeTree(hidden)
    }
  }

  /// Cleans up after a process that died while it wrote: restores a checkpoint that was moved
  /// aside and not yet replaced, removes what is half written. The run's lock must be held.
  public func recover() throws(RunError) {
    guard isFolder(path) else { return }
    for name in try namesInFolder(path) where name.first == "." {
      let place = "\(path)/\(name)"
      if name.hasSuffix(".replaced") {
        let original = "\(path)/\(name.dropFirst().dropLast(".replaced".count))"
        if !exists(original) {
          try fileSystem.rename(place, to: original)
          continue
        }
      }
      if isFolder(place) { try fileSystem.removeTree(place) } else { try fileSystem.remove(place) }
    }
  }

  // MARK: - Parts of writing

  private func writeFiles(
    _ files: [String: SafetensorsContents], step: Int, state: some Encodable,
    loop: (any Encodable)?, in folder: String
  ) throws(RunError) {
    var written: [String: Checkpoint.File] = [:]
    for (name, contents) in files.sorted(by: { $0.key < $1.key }) {
      guard isPlainName(name), name.hasSuffix(".safetensors") else {
        throw .invalid(path: "\(folder)/\(name)", reason: "the name must end in .safetensors")
      }
      let (size, sha256) = try contents.write(to: "\(folder)/\(name)", fileSystem: fileSystem)
      written[name] = .init(size: size, sha256: sha256)
    }
    let whole = Whole(
      step: step, files: written, state: state, loop: loop.map { AnyEncodable(value: $0) })
    let place = "\(folder)/state.json"
    let text = StateFile.sealed(try JSONCoding.file(whole, path: place))
    try fileSystem.createFile(place, bytes: text)
  }

  private struct Whole<State: Encodable>: Encodable {
    var format = 1
    let step: Int
    let files: [String: Checkpoint.File]
    let state: State
    let loop: AnyEncodable?
  }

  private struct AnyEncodable: Encodable {
    let value: any Encodable

    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
  }

  /// Renames a complete folder to its name, where one of that name may stand.
  private func put(_ partial: String, at folder: String) throws(RunError) {
    let target = "\(path)/\(folder)"
    let aside = "\(path)/.\(folder).replaced"
    let isReplacing = exists(target)
    if isReplacing {
      if exists(aside) { try fileSystem.removeTree(aside) }
      try fileSystem.rename(target, to: aside)
    }
    do {
      try fileSystem.rename(partial, to: target)
    } catch {
      if isReplacing { try? fileSystem.rename(aside, to: target) }
      throw error
    }
    try fileSystem.synchronizeFolder(path)
    if exists(aside) { try fileSystem.removeTree(aside) }
  }

  private func point(
    _ name: String, to step: Int, value: Double? = nil, better: MetricDirection? = nil,
    seconds: Double? = nil
  ) throws(RunError) {
    let pointer = CheckpointPointer(
      step: step, folder: Self.folderName(step), value: value, better: better, seconds: seconds)
    let place = pointerPath(name)
    try fileSystem.replaceFile(place, bytes: try JSONCoding.file(pointer, path: place))
  }

  private func pointer(_ name: String) throws(RunError) -> CheckpointPointer? {
    let place = pointerPath(name)
    guard exists(place) else { return nil }
    return try JSONCoding.read(CheckpointPointer.self, from: place)
  }

  private func pointerPath(_ name: String) -> String {
    "\(path)/\(String(name.map { $0 == "/" ? "-" : $0 })).json"
  }

  /// `step-00001000`.
  package static func folderName(_ step: Int) -> String { "step-\(paddedStep(step))" }

  private static func step(ofFolder name: String) -> Int? {
    guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), folderName(step) == name
    else {
      return nil
    }
    return step
  }
}

/// A step in eight digits, more where it needs them.
func paddedStep(_ step: Int) -> String {
  let digits = String(step)
  return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}
