import TandemLayers
import TandemTensors

/// Predictive coding: every module predicts the next layer's activity, and both activities and
/// weights move so that prediction errors become smaller, each by what lies next to it.
///
/// Behind each module i but the last stand free nodes v(i); v(0) is what module 1 reads. With
/// `f(i)` a module's function, v(-1) the image and C the classification loss, the energy of an
/// example is
///
///     E = sum_i 1/2 |e(i)|^2 + C(f(L)(v(L-1)), y) / s,      e(i) = v(i) - f(i)(v(i-1))
///
/// the negative logarithm of a probability in which hidden layers are Gaussian with variance 1,
/// and the output is categorical, sharpened or blurred by s (`outputVariance`). Nodes start at the
/// forward pass, where all e are zero, and go down the energy,
///
///     v(i) <- v(i) - rate (e(i) - J(i+1)^T e(i+1)),       J(i+1) = df(i+1)/dv(i),
///
/// with `-dC/dz / s` in place of `e(L)`: a node hears of its own error and of that of the layer
/// behind it, and of nothing else. A step that raises the energy and its gradient is taken back
/// and the rate halved. Where the nodes are at rest, `e(i) = J(i+1)^T e(i+1)`: the errors obey the
/// recursion of backpropagation's deltas, but at v instead of the forward pass. Weights then
/// descend along
///
///     s dE/dW(i) = - s (df(i)/dW(i))^T e(i)
///
/// with the nodes held: local again, since e(i) and v(i-1) are at both ends of W(i). The greater s,
/// the less the nodes move away from the forward pass and the nearer this is to the gradient; in
/// the limit it is the gradient.
///
/// Sources: Whittington and Bogacz, An Approximation of the Error Backpropagation Algorithm in a
/// Predictive Coding Network with Local Hebbian Synaptic Plasticity, 2017; Millidge, Tschantz and
/// Buckley, Predictive Coding Approximates Backprop along Arbitrary Computation Graphs, 2020, for
/// modules that are convolutions or other functions.
public struct PredictiveCoding: LearningRule {
  /// How the nodes come to rest.
  public struct Settings: Sendable, Equatable {
    /// Updates of the nodes for a batch, at most.
    public var steps: Int
    /// How far the nodes go along an update.
    public var rate: Double
    /// The nodes are at rest where the norm of the energy's gradient by them is at most this part
    /// of the norm of the errors.
    public var tolerance: Double
    /// s: how little the output counts beside the hidden layers.
    public var outputVariance: Double

    /// The settings given.
    public init(
      steps: Int = 20, rate: Double = 0.5, tolerance: Double = 0.01, outputVariance: Double = 50
    ) {
      self.steps = steps
      self.rate = rate
      self.tolerance = tolerance
      self.outputVariance = outputVariance
    }
  }

  public let settings: Settings

  /// A rule with the given settings.
  public init(_ settings: Settings = Settings()) { self.settings = settings }

  public var name: String { "predictiveCoding" }

  public mutating func update(
    _ model: Classifier, on batch: LabelledBatch, _ loss: ClassificationLoss, _ pass: inout Pass,
    compares: Bool
  ) -> RuleUpdate {
    let trace = ModuleTrace(model, batch.images, &pass)
    let (losses, derivative) = loss.withDerivative(trace.logits, batch.labels)
    var truth: [Tensor]?
    if compares { truth = trace.trueGradients(upstream: derivative).parameters }

    let column = NodeColumn(model, trace, batch, loss, settings)
    let rest = column.settle()
    let direction = column.direction(at: rest.nodes)
    return RuleUpdate(
      losses: losses, logits: trace.logits, direction: direction,
      cosine: truth.flatMap { cosine(direction, $0) },
      metrics: [
        ("inference/steps", Double(rest.steps)), ("inference/residual", rest.residual),
        ("inference/energy", rest.energy / Double(batch.size)),
      ])
  }
}
