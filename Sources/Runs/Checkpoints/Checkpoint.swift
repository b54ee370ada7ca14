import Foundation

/// A checkpoint on the disk: a folder `step-00001000` of tensor files with a `state.json`.
public struct Checkpoint: Sendable {
  /// A tensor file as `state.json` records it.
  public struct File: Codable, Equatable, Sendable {
    /// Bytes.
    public let size: Int
    /// Of the bytes, hexadecimal.
    public let sha256: String
  }

  /// What `state.json` says beside the state of training.
  struct Manifest: Codable {
    var format = 1
    let step: Int
    let files: [String: File]
  }

  /// The folder.
  public let path: String
  /// How many steps had been taken.
  public let step: Int
  /// The tensor files by name: `generator.safetensors`.
  public let files: [String: File]

  /// Opens a checkpoint and checks that each file is there with its size.
  ///
  /// Throws `RunError` naming the file that is missing or damaged.
  ///
  /// - Parameter isVerified: whether to check the files' SHA-256 too, which reads them all.
  public init(path: String, verified isVerified: Bool = true) throws(RunError) {
    try StateFile.check("\(path)/state.json")
    let manifest = try JSONCoding.read(Manifest.self, from: "\(path)/state.json")
    self.path = path
    step = manifest.step
    files = manifest.files
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      guard isPlainName(name) else {
        throw .damaged(path: "\(path)/state.json", reason: "'\(name)' cannot name a file")
      }
      let place = "\(path)/\(name)"
      let mapped = try MappedFile(place)
      guard mapped.bytes.count == file.size else {
        throw .damaged(
          path: place, reason: "it has \(mapped.bytes.count) bytes where \(file.size) were written")
      }
      guard isVerified else { continue }
      var digest = Digest()
      digest.update(mapped.bytes)
      if digest.hexadecimal() != file.sha256 {
        throw .damaged(path: place, reason: "its bytes are not those that were written (SHA-256)")
      }
    }
  }

  /// The caller's state, as it was given to `write`.
  public func state<State: Decodable>(_ type: State.Type) throws(RunError) -> State {
    try JSONCoding.read(Held<State>.self, from: "\(path)/state.json").state
  }

  /// The state of the loop around the training, as it was given to `write`; nil where none was.
  public func loop<State: Decodable>(_ type: State.Type) throws(RunError) -> State? {
    try JSONCoding.read(Looped<State>.self, from: "\(path)/state.json").loop
  }

  /// Opens a tensor file: `generator.safetensors`.
  public func tensors(_ name: String) throws(RunError) -> SafetensorsFile {
    try SafetensorsFile(contentsOf: "\(path)/\(name)")
  }

  private struct Held<State: Decodable>: Decodable {
    let state: State
  }

  private struct Looped<State: Decodable>: Decodable {
    let loop: State?
  }
}

/// What `checkpoints/last.json` and `best-<metric>.json` hold.
public struct CheckpointPointer: Codable, Equatable, Sendable {
  /// The checkpoint's step.
  public let step: Int
  /// The checkpoint's folder beside this file: `step-00001000`.
  public let folder: String
  /// The metric's value there; nil in `last.json`.
  public let value: Double?
  /// Which values of the metric are better; nil in `last.json`, and in files older than the field.
  public var better: MetricDirection?
  /// The seconds that the run had taken by then; nil where they were not told. They stand here so
  /// that checkpoints of equal trainings are equal.
  public var seconds: Double?
}

/// A metric by which a checkpoint is the best so far: what `best-<name>.json` is to say, with each
/// `/` of the name as `-`.
public struct BestMetric: Equatable, Sendable {
  /// The metric's name.
  public var name: String
  /// Its value at the checkpoint.
  public var value: Double
  /// Which of its values are better.
  public var better: MetricDirection

  /// The metric `name` with a value, of which lower or higher ones are better.
  public init(_ name: String, _ value: Double, better: MetricDirection) {
    self.name = name
    self.value = value
    self.better = better
  }
}

/// Which checkpoints are kept; the best ones that a pointer names always are.
public struct Retention: Codable, Equatable, Sendable {
  /// The latest so many, at least one.
  public var last: Int
  /// Every one whose step is a multiple of this; nil for none.
  public var every: Int?

  /// Keeps the latest `last`, and those of steps that are multiples of `every`.
  public init(last: Int = 3, every: Int? = nil) {
    self.last = max(1, last)
    self.every = every
  }
}
