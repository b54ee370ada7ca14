import TandemLayers
import TandemTensors

/// A loss of an experiment as a function of one network's parameters.
public struct GradientCase {
  /// What reports call the loss: `generator's loss`.
  public var subject: String
  /// Names of the parameters.
  public var names: [String]
  /// Where the gradients are checked: float64.
  public var parameters: [Tensor]
  /// The loss, float64, at parameters like those; the same at each call.
  public var loss: ([Tensor]) -> Tensor

  /// A loss of a float64 model, which is given with other parameters at each call.
  public init<Model: Layer>(
    _ subject: String, _ model: Model, _ loss: @escaping (Model) -> Tensor
  ) {
    self.subject = subject
    names = model.parameterNames
    parameters = model.parameters
    self.loss = { loss(model.with(parameters: $0)) }
  }
}

extension Layer {
  /// The model in float64 at weights away from where training starts: there a narrow network
  /// hardly says anything, and the shifts of its normalisations are all zero.
  public func movedFromStart(_ random: inout RandomStream) -> Self {
    let exact = converted(to: .float64)
    return exact.with(
      parameters: exact.parameters.map { $0 + random.normal($0.shape, deviation: 0.2, .float64) })
  }
}
