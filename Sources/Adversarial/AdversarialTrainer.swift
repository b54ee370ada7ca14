import TandemLayers
import TandemTensors
import TandemTraining

/// Trains a generator and a discriminator in turns.
///
/// The trainer is a value that holds everything a step depends on: both networks, both optimizers,
/// the moving average and the random streams. A copy continues exactly as the original would.
public struct AdversarialTrainer<Generator: Layer, Discriminator: Layer>: Sendable {
  /// What stays the same over a training.
  public struct Settings: Sendable {
    /// Numbers in one latent vector.
    public var latentSize: Int
    /// Samples in one batch, real and generated.
    public var batchSize: Int
    /// The phases of a step.
    public var schedule: AdversarialSchedule

    /// Settings for latent vectors of `latentSize` numbers.
    public init(latentSize: Int, batchSize: Int, schedule: AdversarialSchedule = .init()) {
      self.latentSize = latentSize
      self.batchSize = batchSize
      self.schedule = schedule
    }
  }

  /// What stays the same over the training.
  public let settings: Settings
  /// What the two networks minimise.
  public let objective: any AdversarialObjective
  /// The generator in its latest state: latent vectors `[batch, latentSize]` to samples.
  public var generator: Generator
  /// The discriminator: samples to logits `[batch, 1]`.
  public var discriminator: Discriminator
  /// Makes the generator's steps.
  public var generatorOptimizer: Optimizer
  /// Makes the discriminator's steps.
  public var discriminatorOptimizer: Optimizer
  /// The average of the generator over its training, which gives better samples than its latest
  /// state (Yazıcı et al. 2019).
  public var average: MovingAverage<Generator>?
  /// Steps taken.
  public private(set) var step = 0
  /// Source of the latent vectors of training.
  public private(set) var latents: RandomStream
  /// Source of dropout masks.
  public private(set) var dropout: RandomStream

  /// A trainer at its start; the random streams are named parts of `seed`.
  ///
  /// - Throws: `HyperparameterError` for a decay outside of `0 ..< 1`.
  public init(
    generator: Generator, discriminator: Discriminator, generatorOptimizer: Optimizer,
    discriminatorOptimizer: Optimizer, objective: any AdversarialObjective, settings: Settings,
    averageDecay: Double? = nil, seed: UInt64
  ) throws(HyperparameterError) {
    self.settings = settings
    self.objective = objective
    self.generator = generator
    self.discriminator = discriminator
    self.generatorOptimizer = generatorOptimizer
    self.discriminatorOptimizer = discriminatorOptimizer
    // Warmed up, the average forgets the untrained weights within the first hundreds of steps.
    if let averageDecay {
      average = try MovingAverage(of: generator, decay: averageDecay, warmsUp: true)
    }
    latents = RandomStream(seed: seed, name: "latents")
    dropout = RandomStream(seed: seed, name: "dropout")
  }

  /// The generator to take samples from: its average where there is one.
  public var sampler: Generator { average?.model ?? generator }

  /// The random streams, to be stored and restored with the step.
  public struct Progress: Sendable, Codable, Equatable {
    /// Steps taken.
    public var step: Int
    /// Source of the latent vectors.
    public var latents: RandomStream
    /// Source of dropout masks.
    public var dropout: RandomStream
  }

  /// How far the training is, beside the tensors.
  public var progress: Progress {
    get { Progress(step: step, latents: latents, dropout: dropout) }
    set {
      step = newValue.step
      latents = newValue.latents
      dropout = newValue.dropout
    }
  }

  /// Takes one step: the phases of the schedule, in order.
  ///
  /// Where a generator update follows, the samples of the last discriminator update are used for
  /// it too: one pass through the generator serves both.
  ///
  /// - Parameters:
  ///   - latents: Latent vectors `[batch, latentSize]` for every batch generated in this step, in
  ///     place of drawn ones.
  ///   - nextBatch: Gives a batch of real samples; called once per discriminator update.
  /// - Returns: What the step measured, by name; see `StepMetrics`.
  /// - Throws: `NonFiniteError` where a loss or a gradient is not finite; the weights have not been
  ///   changed along it then.
  public mutating func takeStep(
    latents given: Tensor? = nil, _ nextBatch: () throws -> Tensor
  ) throws -> StepMetrics {
    var metrics = StepMetrics()
    let phases = settings.schedule.phases(at: step)
    var shared: Generated?
    for (index, phase) in phases.enumerated() {
      switch phase {
      case .discriminator where index + 1 < phases.count && phases[index + 1] == .generator:
        let generated = generateTracked(from: given)
        let samples = generated.output.detached
        shared = consume generated
        try updateDiscriminator(real: try nextBatch(), generated: samples, &metrics)
      case .discriminator:
        let samples = generate(with: generator, from: given)
        try updateDiscriminator(real: try nextBatch(), generated: samples, &metrics)
      case .generator:
        try updateGenerator(through: shared.take() ?? generateTracked(from: given), &metrics)
      }
    }
    step += 1
    return metrics
  }

  /// A batch from a tracked copy of the generator.
  private struct Generated: ~Copyable {
    let tracked: Tracked<Generator>
    let output: Tensor
  }

  private mutating func generateTracked(from given: Tensor?) -> Generated {
    let tracked = Tracked(generator)
    let output = generate(with: tracked.model, from: given)
    return Generated(tracked: tracked, output: output)
  }

  private mutating func generate(with model: Generator, from given: Tensor?) -> Tensor {
    let z = given ?? latents.normal([settings.batchSize, settings.latentSize])
    var pass = Pass.training(dropout)
    let output = model(z, &pass)
    dropout = pass.random
    generator.commit(pass)
    return output
  }

  private mutating func updateDiscriminator(
    real: Tensor, generated: Tensor, _ metrics: inout StepMetrics
  ) throws(NonFiniteError) {
    var pass = Pass.training(dropout)
    let tracked = Tracked(discriminator)
    let realLogits = tracked.model(real, &pass)
    let generatedLogits = tracked.model(generated, &pass)
    let loss = objective.discriminatorLoss(real: realLogits, generated: generatedLogits)
    metrics.recordDiscriminator(loss, real: realLogits, generated: generatedLogits)
    let gradients = tracked.gradients(of: loss.total)
    dropout = pass.random
    do {
      try metrics.checkFinite("loss/d")
      let norm = try discriminatorOptimizer.update(&discriminator, along: gradients)
      metrics.record("gradient/d", norm)
    } catch {
      throw error.at(step: step, phase: AdversarialPhase.discriminator.rawValue)
    }
    metrics.record("rate/d", discriminatorOptimizer.learningRate)
    discriminator.commit(pass)
  }

  private mutating func updateGenerator(
    through generated: consuming Generated, _ metrics: inout StepMetrics
  ) throws(NonFiniteError) {
    var pass = Pass.training(dropout)
    // The discriminator is not tracked: no gradient of its weights is computed.
    let logits = discriminator(generated.output, &pass)
    let loss = objective.generatorLoss(generated: logits)
    metrics.record("loss/g", loss.scalar)
    let gradients = generated.tracked.gradients(of: loss)
    dropout = pass.random
    do {
      try metrics.checkFinite("loss/g")
      let norm = try generatorOptimizer.update(&generator, along: gradients)
      metrics.record("gradient/g", norm)
    } catch {
      throw error.at(step: step, phase: AdversarialPhase.generator.rawValue)
    }
    metrics.record("rate/g", generatorOptimizer.learningRate)
    average?.update(toward: generator)
  }
}
