import TandemLayers
import TandemTensors
import TandemTraining

extension GANConfiguration {
  public func training() throws -> GANTraining { try GANTraining(self) }

  /// The two networks with their first weights, which depend on the seed alone.
  func initialNetworks() -> (generator: Sequential, discriminator: Sequential) {
    let stream = RandomStream(seed: settings.seed, name: "init")
    var (forGenerator, forDiscriminator) = (
      stream.child("generator"), stream.child("discriminator")
    )
    return (
      generator.network.generator(
        latentSize: latentSize, elementShape: data.elementShape, &forGenerator),
      discriminator.network.discriminator(
        elementShape: data.elementShape, &forDiscriminator)
    )
  }

  public func networks() -> [NetworkSummary] {
    let (generator, discriminator) = initialNetworks()
    return [
      NetworkSummary("generator", generator.summary(input: [batchSize, latentSize])),
      NetworkSummary(
        "discriminator", discriminator.summary(input: Shape([batchSize] + data.elementShape))),
    ]
  }

  public func gradientCases() -> [GradientCase] {
    reduced().fullGradientCases()
  }

  /// The two losses at the configuration's own size, with few samples a batch.
  private func fullGradientCases() -> [GradientCase] {
    let (generator, discriminator) = initialNetworks()
    var random = RandomStream(seed: settings.seed, name: "gradcheck")
    let batch = 3
    let real = random.uniform(Shape([batch] + data.elementShape), in: -0.9..<0.9, .float64)
    let latents = random.normal([batch, latentSize], .float64)
    let exactGenerator = generator.movedFromStart(&random)
    let exactDiscriminator = discriminator.movedFromStart(&random)
    let seeds = random

    var pass = Pass.training(seeds)
    let generated = exactGenerator(latents, &pass)
    let objective = objective
    return [
      GradientCase("discriminator's loss", exactDiscriminator) { discriminator in
        var pass = Pass.training(seeds)
        let loss = objective.discriminatorLoss(
          real: discriminator(real, &pass), generated: discriminator(generated, &pass))
        return loss.total
      },
      GradientCase("generator's loss", exactGenerator) { generator in
        var pass = Pass.training(seeds)
        let samples = generator(latents, &pass)
        return objective.generatorLoss(generated: exactDiscriminator(samples, &pass))
      },
    ]
  }
}
