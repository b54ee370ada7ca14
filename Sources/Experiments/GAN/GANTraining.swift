import TandemAdversarial
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// An adversarial training as a run needs it: the trainer, its real samples and what is stored.
public struct GANTraining: ExperimentTraining {
  let configuration: GANConfiguration
  package internal(set) var trainer: AdversarialTrainer<Sequential, Sequential>
  var real: RealSamples
  private let painter: SamplePainter
  /// How far the data are spread; measured at the first sample.
  private var spread: DataSpread?

  /// The training at its start.
  ///
  /// - Throws: What is wrong with the data; see `DatasetError`.
  package init(_ configuration: GANConfiguration) throws {
    self.configuration = configuration
    real = try RealSamples(configuration)
    let (generator, discriminator) = configuration.initialNetworks()
    trainer = try AdversarialTrainer(
      generator: generator, discriminator: discriminator,
      generatorOptimizer: configuration.generator.optimizer.optimizer,
      discriminatorOptimizer: configuration.discriminator.optimizer.optimizer,
      objective: configuration.objective,
      settings: .init(
        latentSize: configuration.latentSize, batchSize: configuration.batchSize,
        schedule: configuration.schedule),
      averageDecay: configuration.averageDecay, seed: configuration.settings.seed)
    painter = try SamplePainter(configuration)
  }

  public var step: Int { trainer.step }

  public var totalSteps: Int { configuration.steps }

  public var epoch: Double { real.epoch }

  public var exampleUnit: String { "images" }

  public var progressMetrics: [String] { ["loss/d", "loss/g"] }

  public var reading: String { configuration.objective.reading }

  public var readings: [String: String] {
    configuration.objective.readings.merging(StepMetrics.readings) { first, _ in first }
      .merging(SamplePainter.readings(of: configuration.data)) { first, _ in first }
  }

  public mutating func takeStep() throws -> TrainingStep {
    let step = trainer.step
    trainer.generatorOptimizer.learningRate =
      configuration.generator.optimizer.schedule.rate(at: step)
    trainer.discriminatorOptimizer.learningRate =
      configuration.discriminator.optimizer.schedule.rate(at: step)
    do {
      let metrics = try trainer.takeStep { try real.next() }
      return TrainingStep(metrics: metrics.values, examples: configuration.batchSize)
    } catch let error as NonFiniteError {
      // The trainer counts steps from 0; metrics, samples and checkpoints name a step by how many
      // have been taken with it.
      throw error.at(step: step + 1)
    }
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    let data = try spread ?? DataSpread(real.dataset, samples: configuration.samples.count)
    spread = data
    return try painter.paint(trainer, beside: data, in: run)
  }
}
