import TandemAdversarial
import TandemLayers
import TandemTensors
import TandemTraining

/// The adversarial trainings that are measured.
enum AdversarialBenchmark: String, CaseIterable, Benchmark {
  case dcgan32 = "dcgan-32"
  case dcgan64 = "dcgan-64"
  case ring

  var name: String { rawValue }

  var warmUpSteps: Int { self == .ring ? 200 : 4 }

  func training() throws -> () throws -> Void {
    switch self {
    case .dcgan32:
      try training(
        .dcgan(.init(channels: [256, 128, 64])), .dcgan(.init(channels: [64, 128, 256])),
        latentSize: 100, elementShape: [32, 32, 1], batchSize: 64)
    case .dcgan64:
      try training(
        .dcgan(.init(channels: [512, 256, 128, 64])), .dcgan(.init(channels: [64, 128, 256, 512])),
        latentSize: 100, elementShape: [64, 64, 3], batchSize: 64)
    case .ring:
      try training(
        .mlp(.init(hidden: [128, 128], activation: .relu)),
        .mlp(.init(hidden: [128, 128], activation: .leakyReLU)), latentSize: 2,
        elementShape: [2], batchSize: 256)
    }
  }

  private func training(
    _ generator: NetworkSpecification, _ discriminator: NetworkSpecification, latentSize: Int,
    elementShape: [Int], batchSize: Int
  ) throws -> () throws -> Void {
    var random = RandomStream(seed: 1, name: "init")
    // The peer does not measure gradients either.
    var optimizer = try Optimizer.adam(learningRate: 2e-4, beta1: 0.5)
    optimizer.measuresGradients = false
    var trainer = try AdversarialTrainer(
      generator: generator.generator(
        latentSize: latentSize, elementShape: elementShape, &random),
      discriminator: discriminator.discriminator(elementShape: elementShape, &random),
      generatorOptimizer: optimizer, discriminatorOptimizer: optimizer,
      objective: CrossEntropyObjective(),
      settings: .init(latentSize: latentSize, batchSize: batchSize), seed: 1)
    let real = random.uniform(Shape([batchSize] + elementShape), in: -1..<1)
    return { _ = try trainer.takeStep { real } }
  }
}
