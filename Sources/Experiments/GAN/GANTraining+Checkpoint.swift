import TandemAdversarial
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

extension GANTraining {
  /// What a checkpoint holds beside tensors: all that goes on from it needs to be the same.
  struct State: Codable {
    /// How far the trainer is, with its random streams.
    let trainer: AdversarialTrainer<Sequential, Sequential>.Progress
    /// The next batch's place in the data.
    let data: BatchSampler.Position
    /// Of the batches that `data` counts; nil in older states.
    let grain: BatchSampler.Grain?
    let generatorSteps: Int
    let discriminatorSteps: Int
    let averageUpdates: Int?
  }

  public func checkpoint() throws -> CheckpointContents {
    try checkFinite(trainer.generator, .generator)
    try checkFinite(trainer.discriminator, .discriminator)
    var files = [
      "generator.safetensors": SafetensorsContents(trainer.generator),
      "discriminator.safetensors": SafetensorsContents(trainer.discriminator),
      "generator-optimizer.safetensors": SafetensorsContents(trainer.generatorOptimizer.state),
      "discriminator-optimizer.safetensors":
        SafetensorsContents(trainer.discriminatorOptimizer.state),
    ]
    if let average = trainer.average {
      files["average.safetensors"] = SafetensorsContents(average.model)
    }
    let state = State(
      trainer: trainer.progress, data: real.position, grain: real.grain,
      generatorSteps: trainer.generatorOptimizer.step,
      discriminatorSteps: trainer.discriminatorOptimizer.step,
      averageUpdates: trainer.average?.updateCount)
    return CheckpointContents(files: files, state: state)
  }

  private func checkFinite(_ network: Sequential, _ phase: AdversarialPhase) throws {
    do {
      try NonFiniteError.check(network)
    } catch {
      throw error.at(step: trainer.step, phase: phase.rawValue)
    }
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    if let count = state.grain?.count, count != real.dataset.count {
      throw ExperimentError(
        key: "data",
        reason: "the checkpoint's run has learned from \(count) samples, and there are "
          + "\(real.dataset.count.map { "\($0)" } ?? "endless ones") now")
    }
    func tensors(_ name: String) throws -> [String: Tensor] {
      try checkpoint.tensors("\(name).safetensors").tensorsByName()
    }
    var restored = trainer
    try restored.generator.load(tensors("generator"))
    try restored.discriminator.load(tensors("discriminator"))
    try restored.generatorOptimizer.load(
      tensors("generator-optimizer"), step: state.generatorSteps, for: restored.generator)
    try restored.discriminatorOptimizer.load(
      tensors("discriminator-optimizer"), step: state.discriminatorSteps,
      for: restored.discriminator)
    if let updates = state.averageUpdates {
      try restored.average?.load(tensors("average"), updateCount: updates)
    } else {
      // A fork that averages where its parent did not: from here on, not from untrained weights.
      restored.average = try configuration.averageDecay.map {
        try MovingAverage(of: restored.generator, decay: $0, warmsUp: true)
      }
    }
    restored.progress = state.trainer
    real = try RealSamples(
      configuration, of: real.dataset, from: state.data, countedIn: state.grain)
    trainer = restored
  }
}
