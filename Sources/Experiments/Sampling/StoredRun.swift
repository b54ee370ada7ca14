import TandemLayers
import TandemRuns

/// A run read back for its model: its configuration and one of its checkpoints.
///
/// Nothing else is read. The data that the model has learned from may be gone.
public struct StoredRun: Sendable {
  /// Which checkpoint of a run.
  public enum Choice: Sendable, Equatable {
    /// The latest that is complete.
    case last
    /// The best by the metric that decides the run's validations.
    case best
    /// That of a step.
    case step(Int)
  }

  /// The run directory.
  public let path: String
  /// What `run.json` says.
  public let record: RunRecord
  /// What is trained and how, with paths of data as they were given.
  public let configuration: any ExperimentConfiguration
  /// The kind of the experiment, as its configuration names it.
  public let kind: ExperimentKind
  /// The checkpoint.
  public let checkpoint: Checkpoint
  /// What the user should know of the checkpoint, a line each.
  public let notes: [String]

  /// Reads a run directory.
  ///
  /// - Throws: `RunError` for files that are missing or damaged, `ConfigurationError` for a
  ///   configuration that this program cannot read, `SamplingRequestError` where there is no such
  ///   checkpoint.
  public init(path: String, _ choice: Choice = .last) throws {
    record = try RunRecord(directory: path)
    var reader = try ConfigurationReader(contentsOf: "\(path)/config.resolved.json")
    kind = reader.kind(from: ExperimentKind.self, default: .gan)
    configuration = kind.configuration(&reader, ExperimentHeading(&reader))
    _ = try reader.finish()
    (checkpoint, notes) = try StoredRun.checkpoint(choice, of: path)
    self.path = path
  }

  /// A checkpoint of the run in the folder `path`.
  ///
  /// - Returns: The checkpoint, and what the user should know of the choice, a line each.
  /// - Throws: `RunError` for a damaged one, `SamplingRequestError` where there is none such.
  public static func checkpoint(
    _ choice: Choice, of path: String
  ) throws -> (Checkpoint, notes: [String]) {
    let store = CheckpointStore(path: "\(path)/checkpoints")
    let steps = try store.steps()
    guard !steps.isEmpty else { throw SamplingRequestError("\(path) has no checkpoint yet") }
    switch choice {
    case .last:
      var damaged: [RunError] = []
      if let last = try store.last(skipped: { damaged.append($0) }) {
        return (last, damaged.map { "\($0); going back to step \(last.step)" })
      }
      throw damaged.first ?? .damaged(path: store.path, reason: "no checkpoint in it is whole")
    case .best:
      guard let metric = try store.bestMetrics().first, let best = try store.best(metric) else {
        throw SamplingRequestError("\(path) has no best checkpoint: no validation has chosen one")
      }
      return (best.checkpoint, [])
    case .step(let step):
      guard steps.contains(step) else {
        let list = steps.map { "\($0)" }.joined(separator: ", ")
        throw SamplingRequestError("\(path) has no checkpoint of step \(step); there are: \(list)")
      }
      return (try store.checkpoint(step: step), [])
    }
  }

  /// What draws samples from the model.
  ///
  /// - Throws: `SamplingRequestError` for a kind of run whose models give none, `RunError` for a
  ///   damaged checkpoint, `ExperimentError` for a model beyond this machine's memory.
  public func sampler() throws -> RunSampler {
    try MemoryEstimate(lasting: configuration.memory.lasting, passing: []).check()
    guard let sampler = try configuration.sampler(of: self) else {
      throw SamplingRequestError(
        "\(path) is of the kind \(kind.rawValue), whose models give nothing to be drawn")
    }
    return sampler
  }

  /// The model of a sequence experiment with its stored weights, the averaged ones where there are
  /// some, and what the data decided of it.
  ///
  /// - Parameter make: A model of the right form.
  func model<Model: Layer, Facts: Decodable>(
    _ make: (Facts) -> Model
  ) throws -> (model: Model, facts: Facts) {
    let state = try checkpoint.state(SequenceState<Facts>.self)
    var model = make(state.facts)
    try load(&model, from: state.parts.contains("average") ? "average" : "model")
    return (model, state.facts)
  }

  /// Takes over the weights of a file of the checkpoint.
  func load(_ model: inout some Layer, from part: String) throws {
    let file = try checkpoint.tensors("\(part).safetensors")
    do {
      try model.load(file.tensorsByName())
    } catch let error as StateMismatch {
      throw RunError.damaged(path: file.path, reason: "\(error)")
    }
  }

  /// The part of `SequenceTraining.State` that a model needs.
  private struct SequenceState<Facts: Decodable>: Decodable {
    let facts: Facts
    let parts: [String]
  }
}

/// What draws samples from a run's model.
public enum RunSampler: Sendable {
  /// Of a model of texts.
  case text(TextSampler)
  /// Of a generator.
  case images(ImageSampler)
}

/// A request for samples that the run cannot meet. Prints as one line.
public struct SamplingRequestError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
