import Foundation
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
    let generatorSteps: Int
    let discriminatorSteps: Int
    let averageUpdates: Int?
  }

  /// Writes a checkpoint of this moment, after a check that every weight is finite.
  package mutating func save(in run: RunDirectory) throws {
    try checkFinite(trainer.generator, .generator)
    try checkFinite(trainer.discriminator, .discriminator)
    var files = [
      "generator.safetensors": SafetensorsContents(trainer.generator.state),
      "discriminator.safetensors": SafetensorsContents(trainer.discriminator.state),
      "generator-optimizer.safetensors": SafetensorsContents(trainer.generatorOptimizer.state),
      "discriminator-optimizer.safetensors":
        SafetensorsContents(trainer.discriminatorOptimizer.state),
    ]
    if let average = trainer.average {
      files["average.safetensors"] = SafetensorsContents(average.model.state)
    }
    let state = State(
      trainer: trainer.progress, data: real.position,
      generatorSteps: trainer.generatorOptimizer.step,
      discriminatorSteps: trainer.discriminatorOptimizer.step,
      averageUpdates: trainer.average?.updateCount)
    try run.saveCheckpoint(
      step: trainer.step, files: files, state: state,
      retention: Retention(last: configuration.checkpoints.keep))
    lastCheckpoint = trainer.step
  }

  private func checkFinite(_ network: Sequential, _ phase: AdversarialPhase) throws {
    do {
      try NonFiniteError.check(network)
    } catch {
      throw error.at(step: trainer.step, phase: phase.rawValue)
    }
  }

  /// Takes over a checkpoint: goes on exactly as the training that wrote it would have.
  ///
  /// - Throws: What does not fit; the training is as it was then.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
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
    }
    restored.progress = state.trainer
    real = try RealSamples(configuration, from: state.data)
    trainer = restored
    lastCheckpoint = trainer.step
  }
}

extension SafetensorsContents {
  /// The tensors of a model.
  init(_ state: [(name: String, tensor: Tensor, role: TensorRole)]) {
    self.init(state.map { ($0.name, $0.tensor) })
  }

  /// Named tensors.
  init(_ tensors: [(name: String, tensor: Tensor)]) {
    self.init(
      tensors.map { name, tensor in
        SafetensorsEntry(
          name: name, type: tensor.dtype.safetensorsType, shape: tensor.shape.extents,
          bytes: TensorBytes(tensor: tensor))
      })
  }
}

extension SafetensorsFile {
  /// Every tensor of the file, by name.
  func tensorsByName() throws -> [String: TandemTensors.Tensor] {
    var result: [String: TandemTensors.Tensor] = [:]
    for tensor in tensors {
      guard let dtype = DType(tensor.type) else {
        throw RunError.damaged(
          path: path, reason: "'\(tensor.name)' has type \(tensor.type.rawValue)")
      }
      result[tensor.name] = withBytes(of: tensor) {
        TandemTensors.Tensor(bytes: $0, Shape(tensor.shape), dtype)
      }
    }
    return result
  }
}

/// A tensor as the memory that a file is written from.
private struct TensorBytes: ContiguousBytes {
  let tensor: Tensor

  func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try tensor.withUnsafeBytes(body)
  }
}

extension DType {
  fileprivate var safetensorsType: SafetensorsType {
    switch self {
    case .float32: .f32
    case .float64: .f64
    case .bfloat16: .bf16
    case .int32: .i32
    }
  }

  fileprivate init?(_ type: SafetensorsType) {
    switch type {
    case .f32: self = .float32
    case .f64: self = .float64
    case .bf16: self = .bfloat16
    case .i32: self = .int32
    default: return nil
    }
  }
}
