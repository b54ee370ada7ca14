import TandemTensors

/// The tensors of one pass by name, and the gradients of its error with respect to them.
///
/// All are float64, so the reference backend computes them; the gradients are those of
/// `Tensor.gradients`.
struct Trace {
  private var tensors: [String: Tensor] = [:]
  private var names: [String] = []
  private var gradients: [String: Tensor] = [:]

  /// Remembers a tensor: a parameter or the input, from which gradients are wanted.
  mutating func leaf(_ name: String, _ values: [Double], _ shape: Shape) -> Tensor {
    keep(name, Tensor(values, shape, .float64).tracked)
  }

  /// Remembers the tensor that was computed.
  mutating func keep(_ name: String, _ tensor: Tensor) -> Tensor {
    tensors[name] = tensor
    names.append(name)
    return tensor
  }

  /// Finds the gradients of the error with respect to everything that was kept.
  mutating func differentiate(_ error: Tensor, keepGraph: Bool = false) {
    let targets = names.filter { tensors[$0]!.isTracked }
    let found = error.gradients(of: targets.map { tensors[$0]! }, keepGraph: keepGraph)
    for (name, gradient) in zip(targets, found) { gradients[name] = gradient }
  }

  /// The tensor of that name.
  subscript(name: String) -> Tensor {
    guard let tensor = tensors[name] else { fatalError("nothing was kept as \(name)") }
    return tensor
  }

  /// The gradient of the error with respect to the tensor of that name.
  func gradient(_ name: String) -> Tensor {
    guard let tensor = gradients[name] else { fatalError("\(name) has no gradient yet") }
    return tensor
  }

  /// The parameter after a step against its gradient: `w − η ∂E/∂w`.
  func updated(_ name: String, learningRate: Double) -> Tensor {
    self[name].detached - gradient(name) * learningRate
  }
}
