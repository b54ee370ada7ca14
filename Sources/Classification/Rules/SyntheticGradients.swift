import TandemLayers
import TandemTensors
import TandemTraining

/// Synthetic gradients: at each module boundary a small network predicts the loss's gradient by
/// what passes there, so that the module in front can update at once, without waiting for the rest
/// of the network to go forward and back.
///
/// With h(i) the output of module i and M(i) the predictor behind it, for each batch
///
///     d(i) = M(i)(h(i), y),       dC/dW(i) ~ (dh(i)/dW(i))^T d(i)
///
/// and nothing in it is of a later module: the weights of module i are changed the same whether or
/// not module i + 1 has run. The last module has the true gradient from the loss. A predictor is
/// trained when something better than its guess arrives, by the squared distance `|d(i) - t(i)|^2`
/// from a target,
///
///     t(i) = (dh(i+1)/dh(i))^T d(i+1)      bootstrapped: what module i + 1 passed back, which
///                                          itself comes from a prediction but for the last one
///     t(i) = dC/dh(i)                      the true gradient, once the backward pass has come
///
/// Gradients are those of single examples' losses, not divided by the batch, so that a predictor
/// does not depend on its size. A predictor's last layer starts at zero: until something was learned
/// nothing is pretended. With `seesLabels` it is given the classes too, which the gradient depends
/// on (the paper's cDNI).
///
/// Source: Jaderberg et al., Decoupled Neural Interfaces using Synthetic Gradients, 2017.
public struct SyntheticGradients: LearningRule {
  /// What the predictors learn to predict.
  public enum Target: String, Sendable, CaseIterable, Codable {
    /// The true gradient.
    case trueGradient
    /// What the next module passes back.
    case bootstrapped
  }

  /// What the predictors are and how they learn.
  public struct Settings: Sendable, Equatable {
    /// What the predictors learn to predict.
    public var target: Target
    /// Hidden units of a predictor, or channels between images; 0 for a linear one.
    public var hidden: Int
    /// Whether predictors are given the classes.
    public var seesLabels: Bool
    /// Of the predictors' Adam.
    public var learningRate: Double

    /// The settings given.
    public init(
      target: Target = .trueGradient, hidden: Int = 256, seesLabels: Bool = true,
      learningRate: Double = 1e-3
    ) {
      self.target = target
      self.hidden = hidden
      self.seesLabels = seesLabels
      self.learningRate = learningRate
    }
  }

  public let settings: Settings
  /// The predictors, one behind each module but the last.
  public private(set) var predictors: [GradientPredictor]
  private var optimizers: [Optimizer]

  /// A rule for a classifier of images of the given shape, `[height, width, channels]`.
  ///
  /// - Throws: `HyperparameterError` for a learning rate outside of its range.
  public init(
    _ settings: Settings, for model: Classifier, elementShape: [Int], classes: Int, seed: UInt64
  ) throws(HyperparameterError) {
    self.settings = settings
    var random = RandomStream(seed: seed, name: "synthetic gradients")
    var x = Tensor(zeros: Shape([1] + elementShape))
    predictors = []
    for index in model.modules.indices.dropLast() {
      x = model.module(index)(x)
      predictors.append(
        GradientPredictor(
          shape: Array(x.shape.dropFirst()), hidden: settings.hidden,
          classes: settings.seesLabels ? classes : 0, &random))
    }
    let optimizer = try Optimizer.adam(learningRate: settings.learningRate)
    optimizers = predictors.map { _ in optimizer }
  }

  public var name: String { "syntheticGradients" }

  public mutating func update(
    _ model: Classifier, on batch: LabelledBatch, _ loss: ClassificationLoss, _ pass: inout Pass,
    compares: Bool
  ) throws(NonFiniteError) -> RuleUpdate {
    let count = Double(batch.size)
    let trace = ModuleTrace(model, batch.images, &pass)
    let (losses, derivative) = loss.withDerivative(trace.logits, batch.labels)
    let last = trace.parts.count - 1

    // Forward in the modules' order: each is updated along a prediction from its own output.
    var directions: [Tensor] = []
    var predictions: [Prediction] = []
    var passedBack: [Tensor?] = []
    for module in trace.parts.indices {
      if module < last {
        predictions.append(
          Prediction(predictors[module], trace.parts[module].output.detached, batch.labels))
      }
      let upstream = module < last ? predictions[module].value.detached / count : derivative
      let found = trace.gradients(of: module, upstream: upstream)
      directions += found.parameters
      passedBack.append(found.input)
    }

    // Then the predictors learn from what has arrived.
    let isTrueKnown = settings.target == .trueGradient || compares
    let truth = isTrueKnown ? trace.trueGradients(upstream: derivative) : nil
    let targets = settings.target == .trueGradient ? truth?.inputs ?? [] : passedBack
    var error = 0.0
    for module in 0..<last {
      guard let target = targets[module + 1] else { continue }
      let distance = predictions[module].value.meanSquaredError(target * count)
      let size = (target * count).squared().mean().scalar
      error += size > 0 ? distance.scalar / size : 0
      try NonFiniteError.check(.loss, "predictor \(module)", distance.scalar)
      let gradients = distance.gradients(of: predictions[module].parameters)
      try optimizers[module].update(&predictors[module], along: gradients)
    }
    var metrics: [(name: String, value: Double)] = []
    if last > 0 { metrics.append(("predictors/error", error / Double(last))) }
    return RuleUpdate(
      losses: losses, logits: trace.logits, direction: directions,
      cosine: compares ? truth.flatMap { cosine(directions, $0.parameters) } : nil,
      metrics: metrics)
  }

  /// A prediction with the leaves that it can be differentiated by.
  private struct Prediction {
    let value: Tensor
    let parameters: [Tensor]

    init(_ predictor: GradientPredictor, _ output: Tensor, _ labels: Tensor) {
      let tracked = Tracked(predictor)
      value = tracked.model(output, labels: labels)
      parameters = tracked.parameters
    }
  }

  // MARK: - State

  public var tensors: [(name: String, tensor: Tensor)] {
    predictors.indices.flatMap { index in
      predictors[index].state.map { ("predictor.\(index).\($0.name)", $0.tensor) }
        + optimizers[index].state.map { ("optimizer.\(index).\($0.name)", $0.tensor) }
    }
  }

  public var progress: RuleProgress { RuleProgress(steps: optimizers.first?.step) }

  public mutating func load(_ tensors: [String: Tensor], _ progress: RuleProgress) throws {
    var restored = self
    var rest = tensors
    /// The tensors below a name, which are then no longer in the rest.
    func take(_ prefix: String) -> [String: Tensor] {
      let found = rest.filter { $0.key.hasPrefix(prefix) }
      for key in found.keys { rest[key] = nil }
      return Dictionary(
        uniqueKeysWithValues: found.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    for index in predictors.indices {
      try restored.predictors[index].load(take("predictor.\(index)."))
      try restored.optimizers[index].load(
        take("optimizer.\(index)."), step: progress.steps ?? 0, for: restored.predictors[index])
    }
    if let name = rest.keys.min() { throw RuleStateMismatch("'\(name)' is of no predictor") }
    self = restored
  }
}
