import TandemAdversarial
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// An adversarial training as a run needs it: the trainer, its real samples and what is stored.
package struct GANTraining {
  let configuration: ExperimentConfiguration
  package internal(set) var trainer: AdversarialTrainer<Sequential, Sequential>
  var real: RealSamples
  /// The step of the last checkpoint, which was good.
  package internal(set) var lastCheckpoint: Int?

  /// The training at its start.
  ///
  /// - Throws: What is wrong with the data; see `DatasetError`.
  package init(_ configuration: ExperimentConfiguration) throws {
    self.configuration = configuration
    real = try RealSamples(configuration)
    let (generator, discriminator) = configuration.networks()
    trainer = try AdversarialTrainer(
      generator: generator, discriminator: discriminator,
      generatorOptimizer: configuration.generator.optimizer.optimizer,
      discriminatorOptimizer: configuration.discriminator.optimizer.optimizer,
      objective: configuration.objective,
      settings: .init(
        latentSize: configuration.latentSize, batchSize: configuration.batchSize,
        schedule: configuration.schedule),
      averageDecay: configuration.averageDecay, seed: configuration.seed)
  }

  /// Passes over the data so far, with the share of the present one; 0 for an endless set, of
  /// which no pass is ever complete.
  package var epoch: Double { real.epoch }

  /// Takes one step with the learning rates of the schedules.
  package mutating func takeStep() throws -> StepMetrics {
    let step = trainer.step
    trainer.generatorOptimizer.learningRate =
      configuration.generator.optimizer.schedule.rate(at: step)
    trainer.discriminatorOptimizer.learningRate =
      configuration.discriminator.optimizer.schedule.rate(at: step)
    do {
      return try trainer.takeStep { try real.next() }
    } catch let error as NonFiniteError {
      // The trainer counts steps from 0; metrics, samples and checkpoints name a step by how many
      // have been taken with it.
      throw error.at(step: step + 1)
    }
  }
}

extension ExperimentConfiguration {
  /// The two networks with their first weights, which depend on the seed alone.
  func networks() -> (generator: Sequential, discriminator: Sequential) {
    let stream = RandomStream(seed: seed, name: "init")
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
}
