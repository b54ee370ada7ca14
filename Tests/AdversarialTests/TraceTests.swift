import Foundation
import TandemAdversarial
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining
import Testing

/// Ten steps of a narrow DCGAN beside PyTorch's, from the same weights and batches.
@Suite struct TraceTests {
  @Test(arguments: [DType.float32, .float64])
  func losses(_ dtype: DType) throws {
    let trace = try Trace()
    var trainer = try trace.trainer(dtype)
    // float64 runs on the reference backend and shows that the mathematics is the same;
    // in float32 rounding adds up over ten steps.
    let tolerance = dtype == .float64 ? 1e-9 : 1e-3
    let names = [
      "loss/d-real": "loss_d_real", "loss/d-fake": "loss_d_fake", "loss/d": "loss_d",
      "loss/g": "loss_g", "gradient/d": "norm_d", "gradient/g": "norm_g",
    ]
    for step in 0..<10 {
      let metrics = try trainer.takeStep(latents: try trace.input("latents", step, dtype)) {
        try trace.input("real", step, dtype)
      }
      for (ours, theirs) in names {
        let expected = try trace.expected(theirs, dtype)[step]
        let value = try #require(metrics[ours])
        #expect(
          abs(value - expected) <= tolerance * abs(expected), "step \(step), \(ours): \(value)")
      }
    }
    try compareWeights(trainer.generator, trace, "generator", dtype)
    try compareWeights(trainer.discriminator, trace, "discriminator", dtype)
  }

  /// The weights after ten steps. An element whose gradient is near zero moves by its sign in
  /// Adam's first steps, which rounding decides: float32 is compared by the norm of the whole.
  private func compareWeights(
    _ model: Sequential, _ trace: Trace, _ network: String, _ dtype: DType
  ) throws {
    for (name, tensor, role) in model.state where role == .parameter {
      let expected = try trace.tensor("\(dtype.rawValue)/\(network)/\(name)").values
      let difference = zip(tensor.values, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let size = expected.reduce(0) { $0 + $1 * $1 }
      let tolerance = dtype == .float64 ? 1e-8 : 1e-2
      #expect(
        difference.squareRoot() <= tolerance * max(size.squareRoot(), 1e-3), "\(network) \(name)")
    }
  }
}

/// `Tests/References/dcgan-trace.safetensors`.
private struct Trace {
  private let file: SafetensorsFile

  init() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "References/dcgan-trace.safetensors")
    file = try SafetensorsFile(contentsOf: url.path(percentEncoded: false))
  }

  func tensor(_ name: String) throws -> Tensor {
    let stored = try #require(file[name], "'\(name)' is not in the trace")
    return file.withBytes(of: stored) { bytes in
      Tensor(bytes: bytes, Shape(stored.shape), stored.type == .f64 ? .float64 : .float32)
    }
  }

  func input(_ name: String, _ step: Int, _ dtype: DType) throws -> Tensor {
    let all = try tensor("inputs/\(name)").converted(to: dtype)
    let one = all.slice(axis: 0, step..<(step + 1))
    let shape = Array(all.shape.dropFirst())
    return one.reshaped(to: Shape(name == "latents" ? [shape[0], 1, 1, shape[1]] : shape))
  }

  func expected(_ name: String, _ dtype: DType) throws -> [Double] {
    try tensor("\(dtype.rawValue)/\(name)").values
  }

  /// A trainer with the trace's initial weights.
  func trainer(_ dtype: DType) throws -> AdversarialTrainer<Sequential, Sequential> {
    var random = RandomStream(seed: 0, name: "overwritten")
    // PyTorch's generator takes latent images, ours vectors: without the reshaping in front the
    // layers' names are the same.
    var generator = DCGANSpecification(channels: [32, 16, 8]).generator(
      latentSize: 16, imageChannels: 1, &random)
    generator.layers.removeFirst()
    var discriminator = DCGANSpecification(channels: [8, 16, 32]).discriminator(
      imageChannels: 1, &random)
    generator = try loaded(generator, "generator", dtype)
    discriminator = try loaded(discriminator, "discriminator", dtype)
    let optimizer = try Optimizer.adam(learningRate: 2e-4, beta1: 0.5)
    return try AdversarialTrainer(
      generator: generator, discriminator: discriminator, generatorOptimizer: optimizer,
      discriminatorOptimizer: optimizer, objective: CrossEntropyObjective(),
      settings: .init(latentSize: 16, batchSize: 8), seed: 0)
  }

  private func loaded(_ model: Sequential, _ network: String, _ dtype: DType) throws -> Sequential {
    var model = model
    var tensors: [String: Tensor] = [:]
    for (name, tensor, _) in model.state {
      tensors[name] =
        name.hasSuffix("num_batches_tracked")
        ? tensor : try self.tensor("initial/\(network)/\(name)").converted(to: dtype)
    }
    try model.load(tensors)
    return model.converted(to: dtype)
  }
}
