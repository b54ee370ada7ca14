import Foundation

extension RunDirectory {
  /// Writes what a run's folder holds from the start, and locks it.
  ///
  /// - Returns: the lock, held.
  static func fill(
    _ folder: String, _ description: RunDescription, _ record: RunRecord, patch: [UInt8],
    _ fileSystem: any FileSystem
  ) throws(RunError) -> OpenFile {
    let lock = try takeLock(folder, fileSystem)
    do {
      func put(_ name: String, _ bytes: [UInt8]) throws(RunError) {
        try fileSystem.createFile("\(folder)/\(name)", bytes: bytes)
      }
      try fileSystem.makeFolder("\(folder)/samples")
      try fileSystem.makeFolder("\(folder)/checkpoints")
      try put("config.source.yaml", Array(description.source.utf8))
      try put("config.resolved.json", Array(description.configuration.json.utf8))
      let machine = Machine.current(libraries: description.libraries)
      try put("env.json", try JSONCoding.file(machine, path: "\(folder)/env.json"))
      // Empty ones too: a reader finds each file whenever the process dies.
      for name in ["metrics.jsonl", "events.jsonl", "samples/index.jsonl", "log.txt"] {
        try put(name, [])
      }
      if !patch.isEmpty {
        try fileSystem.makeFolder("\(folder)/code")
        try put("code/diff.patch", patch)
      }
      try put("run.json", try JSONCoding.file(record, path: "\(folder)/run.json"))
      try fileSystem.synchronizeFolder(folder)
    } catch {
      try? fileSystem.close(lock)
      throw error
    }
    return lock
  }

  /// Takes a run's lock, which the system gives back when the process ends, however it ends.
  static func takeLock(
    _ folder: String, _ fileSystem: any FileSystem
  ) throws(RunError) -> OpenFile {
    let lock = try fileSystem.open("\(folder)/.lock", for: .locking)
    do {
      if try fileSystem.lock(lock) { return lock }
    } catch {
      try? fileSystem.close(lock)
      throw error
    }
    try? fileSystem.close(lock)
    let owner = (try? RunRecord(directory: folder))?.sessions.last?.process.pid
    throw .inUse(path: folder, pid: owner)
  }

  /// Writes a sample sheet to `samples/<tag>/step-00001000.png` and adds it to the index and the
  /// events.
  ///
  /// - Parameters:
  ///   - tag: the folder's name.
  ///   - seed: of the latent vectors.
  ///   - png: the file's bytes.
  @discardableResult
  public func saveSample(
    tag: String, step: Int, seed: UInt64, grid: SampleRecord.Grid, png: [UInt8]
  ) throws(RunError) -> SampleRecord {
    try saveSample(tag: tag, step: step, seed: seed, grid: grid, png, as: "png")
  }

  /// Writes a sampled text to `samples/<tag>/step-00001000.txt`, in UTF-8, and adds it to the
  /// index and the events. A picture of the same tag and step lies beside it.
  ///
  /// - Parameters:
  ///   - tag: the folder's name.
  ///   - seed: of what was drawn.
  @discardableResult
  public func saveSample(
    tag: String, step: Int, seed: UInt64, text: String
  ) throws(RunError) -> SampleRecord {
    try saveSample(tag: tag, step: step, seed: seed, grid: nil, Array(text.utf8), as: "txt")
  }

  private func saveSample(
    tag: String, step: Int, seed: UInt64, grid: SampleRecord.Grid?, _ bytes: [UInt8],
    as type: String
  ) throws(RunError) -> SampleRecord {
    guard isPlainName(tag) else {
      throw .invalid(path: "\(path)/samples", reason: "'\(tag)' cannot name a folder")
    }
    let file = "\(tag)/step-\(paddedStep(step)).\(type)"
    try fileSystem.makeFolders("\(path)/samples/\(tag)")
    try fileSystem.replaceFile("\(path)/samples/\(file)", bytes: bytes)
    let sample = SampleRecord(
      step: step, session: session, tag: tag, seed: seed, grid: grid, file: file,
      sha256: Fingerprint.sha256(of: bytes))
    try samples.append(sample)
    try record(.sample(tag: tag, file: file), step: step)
    observers.withLock { for observer in $0 { observer.noteSample(sample, bytes: bytes) } }
    return sample
  }

  /// Writes a checkpoint and adds it to the events; see `CheckpointStore.write`.
  @discardableResult
  public func saveCheckpoint(
    step: Int, files: [String: SafetensorsContents], state: some Encodable,
    loop: (any Encodable)? = nil, seconds: Double? = nil, best: BestMetric? = nil,
    retention: Retention = Retention()
  ) throws(RunError) -> Checkpoint {
    // A resumed run repeats nothing of what was before its checkpoint: that must be there when the
    // checkpoint is.
    try metrics.synchronize()
    try samples.synchronize()
    observers.withLock { for observer in $0 { observer.synchronize() } }
    let checkpoint = try checkpoints.write(
      step: step, files: files, state: state, loop: loop, seconds: seconds, best: best,
      retention: retention)
    try record(
      .checkpoint(path: "checkpoints/\(CheckpointStore.folderName(step))"), step: step)
    return checkpoint
  }
}
