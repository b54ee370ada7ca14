import TandemCharts
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors
import TandemTraining

/// The training of four networks at once, whose gradients are looked at on the way.
public struct VanishingTraining: ExperimentTraining {
  /// A network with its optimizer and what was found of its gradients so far.
  struct Learner<Model: Layer> {
    let name: String
    var model: Model
    var optimizer: Optimizer
    var flow = GradientFlowHistory()
  }

  let configuration: VanishingConfiguration
  private let problem: AddingProblem
  private var deep: [Learner<Sequential>]
  private var recurrent: [Learner<SequenceRegressor>]
  public private(set) var step = 0

  init(_ configuration: VanishingConfiguration) throws {
    self.configuration = configuration
    problem = try AddingProblem(
      steps: configuration.sequenceSteps, seed: configuration.settings.seed)
    let optimizer = configuration.optimizer.optimizer
    deep = configuration.deepNetworks().map {
      Learner(name: $0.name, model: $0.network, optimizer: optimizer)
    }
    recurrent = configuration.recurrentNetworks().map {
      Learner(name: $0.name, model: $0.model, optimizer: optimizer)
    }
  }

  public var totalSteps: Int { configuration.steps }
  public var epoch: Double { 0 }
  public var exampleUnit: String { "examples" }
  public var progressMetrics: [String] { (deep.map(\.name) + recurrent.map(\.name)).map(loss) }
  public var reading: String {
    """
    loss/sigmoid and loss/relu are cross-entropies, 0.693 at chance; loss/rnn and loss/lstm are the \
    mean squared error of a sum, 0.167 for always saying the mean. reach/… is the gradient's norm at \
    the first layer or time step beside that at the last.
    """
  }

  private func loss(_ name: String) -> String { "loss/\(name)" }

  /// The cross-entropy in nats of logits with whether a point is inside.
  static func loss(_ network: Sequential, _ x: Tensor, _ isInside: Tensor) -> Tensor {
    var pass = Pass.inference
    let logits = network(x, &pass)
    return (logits.softplus() - logits * isInside).mean()
  }

  /// The mean squared error of the sums.
  static func loss(_ model: SequenceRegressor, _ batch: SequenceBatch) -> Tensor {
    var pass = Pass.inference
    let output = model.recurrent(model.recurrentInput(batch.inputs, &pass), &pass)
    let cost = model.cost(ofOutput: output, batch, countsHits: false, &pass)
    return cost.total / cost.count
  }

  public mutating func takeStep() throws -> TrainingStep {
    let rate = configuration.optimizer.schedule.rate(at: step)
    var metrics: [(name: String, value: Double)] = []
    let (x, isInside) = configuration.points(step: step)
    let batch = SequenceBatch(try problem.batch(step: step, size: configuration.batchSize))
    step += 1
    do {
      for index in deep.indices {
        let loss = try deep[index].learn(rate: rate) { Self.loss($0, x, isInside) }
        metrics.append((self.loss(deep[index].name), loss))
      }
      for index in recurrent.indices {
        let loss = try recurrent[index].learn(rate: rate) { Self.loss($0, batch) }
        metrics.append((self.loss(recurrent[index].name), loss))
      }
    } catch let error as NonFiniteError {
      throw error.at(step: step)
    }
    return TrainingStep(metrics: metrics, examples: configuration.batchSize)
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    let seed = configuration.settings.seed
    var metrics: [(name: String, value: Double)] = []
    // Looks at examples that no step learns from.
    let (x, isInside) = configuration.points(step: totalSteps)
    for index in deep.indices {
      let norms = VanishingTraining.norms(of: deep[index].model, x, isInside)
      deep[index].flow.add(step: step, norms: norms)
      metrics.append(VanishingTraining.reach(norms, deep[index].name))
      if let chart = try deep[index].flow.chart(
        title: "Gradients of \(configuration.depth) layers of \(deep[index].name) units",
        subtitle: "norm of dL/dx of each hidden layer's total input", y: "layer", first: 1)
      {
        try run.save(chart, tag: deep[index].name, step: step, seed: seed)
      }
    }
    let batch = SequenceBatch(
      try problem.batch(.validation, step: 0, size: min(configuration.batchSize, 16)))
    for index in recurrent.indices {
      guard let flow = GradientFlow(of: recurrent[index].model, batch) else { continue }
      let norms = flow.layers[0].norms
      recurrent[index].flow.add(step: step, norms: norms)
      metrics.append(VanishingTraining.reach(norms, recurrent[index].name))
      if let chart = try recurrent[index].flow.chart(
        title: "Gradients of \(recurrent[index].name.uppercased()) through time",
        subtitle: "norm of dL/dh at each time step, of the last step's loss", y: "time step")
      {
        try run.save(chart, tag: recurrent[index].name, step: step, seed: seed)
      }
    }
    return metrics
  }

  /// The norm of the gradient of the mean loss with respect to each hidden layer's total input, over
  /// the whole batch.
  static func norms(of network: Sequential, _ x: Tensor, _ isInside: Tensor) -> [Double] {
    var pass = Pass.inference
    var y = x
    var inputs: [Tensor] = []
    for layer in network.layers {
      // What comes before each activation is the layer's total input. The first is made a leaf, so
      // that the others are nodes of its graph.
      if layer is Activation {
        y = inputs.isEmpty ? y.tracked : y
        inputs.append(y)
      }
      y = layer(y, &pass)
    }
    let loss = (y.softplus() - y * isInside).mean()
    return loss.gradients(of: inputs).map { $0.squared().sum().scalar.squareRoot() }
  }

  private static func reach(
    _ norms: [Double], _ name: String
  ) -> (name: String, value: Double) {
    let last = norms.last ?? 0
    return ("reach/\(name)", last > 0 ? (norms.first ?? 0) / last : 0)
  }

  /// What a checkpoint holds beside tensors.
  private struct State: Codable {
    let flows: [GradientFlowHistory]
  }

  public func checkpoint() throws -> CheckpointContents {
    var files: [String: SafetensorsContents] = [:]
    do {
      for learner in deep { try learner.store(in: &files) }
      for learner in recurrent { try learner.store(in: &files) }
    } catch let error as NonFiniteError {
      throw error.at(step: step, phase: "model")
    }
    return CheckpointContents(
      files: files, state: State(flows: deep.map(\.flow) + recurrent.map(\.flow)))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    var (deep, recurrent) = (deep, recurrent)
    for index in deep.indices {
      try deep[index].restore(checkpoint)
      deep[index].flow = state.flows[index]
    }
    for index in recurrent.indices {
      try recurrent[index].restore(checkpoint)
      recurrent[index].flow = state.flows[deep.count + index]
    }
    (self.deep, self.recurrent, step) = (deep, recurrent, checkpoint.step)
  }
}

extension VanishingTraining.Learner {
  /// Takes one step.
  ///
  /// - Returns: The loss before it.
  mutating func learn(rate: Double, _ loss: (Model) -> Tensor) throws -> Double {
    let (value, gradients) = valueAndGradients(of: model, loss)
    try NonFiniteError.check(.loss, "loss/\(name)", value.scalar)
    optimizer.learningRate = rate
    try optimizer.update(&model, along: gradients)
    return value.scalar
  }

  func store(in files: inout [String: SafetensorsContents]) throws {
    try NonFiniteError.check(model)
    files["\(name).safetensors"] = SafetensorsContents(model)
    files["\(name)-optimizer.safetensors"] = SafetensorsContents(optimizer.state)
  }

  mutating func restore(_ checkpoint: Checkpoint) throws {
    try model.load(checkpoint.tensors("\(name).safetensors").tensorsByName())
    try optimizer.load(
      checkpoint.tensors("\(name)-optimizer.safetensors").tensorsByName(), step: checkpoint.step,
      for: model)
  }
}
