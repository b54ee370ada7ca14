import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors
import TandemTraining

extension SequenceTraining {
  /// What a checkpoint holds beside tensors: all that goes on from it needs to be the same.
  struct State: Codable {
    /// What the data decide of the model.
    let facts: Task.Source.Facts
    let trainer: SequenceTrainer<Task.Model>.Progress
    /// The next batch's place in the data.
    let data: Task.Source.Position
    /// The grain of the batches that `data` counts; nil of generated data and in older states.
    let batches: Task.Source.Grain?
    let flow: GradientFlowHistory
    /// The parts of the trainer that have a file.
    let parts: [String]
  }

  public func checkpoint() throws -> CheckpointContents {
    do {
      try NonFiniteError.check(trainer.model)
    } catch {
      throw error.at(step: trainer.step, phase: "model")
    }
    let parts = trainer.parts
    return CheckpointContents(
      files: Dictionary(
        uniqueKeysWithValues: parts.map { ("\($0).safetensors", SafetensorsContents($1)) }),
      state: State(
        facts: source.facts, trainer: trainer.progress, data: source.position,
        batches: source.grain, flow: flow, parts: parts.keys.sorted()))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    guard state.facts == source.facts else {
      throw ExperimentError(
        key: "data", reason: "the data are not those that the checkpoint's run has learned from")
    }
    var tensors: [String: [String: Tensor]] = [:]
    for part in state.parts {
      tensors[part] = try checkpoint.tensors("\(part).safetensors").tensorsByName()
    }
    var (trainer, source) = (trainer, source)
    try trainer.restore(state.trainer, tensors)
    if let grain = state.batches, grain != source.grain {
      try configuration.length.checkOtherBatches()
    }
    if try source.seek(to: state.data, of: state.batches) { trainer.endEpoch() }
    (self.trainer, self.source, flow) = (trainer, source, state.flow)
  }
}
