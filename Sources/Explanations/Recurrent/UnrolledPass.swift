import TandemTensors

/// One pass forward and back through a network unrolled over a few steps, and its error after a
/// step against the gradient.
struct UnrolledPass {
  let trace: Trace
  /// The error of all steps, what it is with the new parameters, and the learning rate.
  let error, errorAfter, rate: Quantity
  /// The error of each step.
  private let errors: [Double]
  /// The gradients of the last step's error alone, by the names of tensors.
  private let reached: [String: [Double]]

  /// - Parameters:
  ///   - parameters: What the steps share, by name.
  ///   - inputs: One number a step, in tensors of the shape `inputShape` called `x1`, `x2` …
  ///   - reaching: Names of the tensors of a step whose share in the last error is wanted.
  ///   - forward: Computes the error of each step from the parameters by name; keeps the tensors
  ///     on the way.
  init(
    parameters: [(name: String, values: [Double], shape: Shape)], inputs: [Double],
    inputShape: Shape, rate: Double, reaching: (_ step: Int) -> [String],
    forward: (inout Trace, [String: Tensor]) -> [Tensor]
  ) {
    var trace = Trace()
    var old: [String: Tensor] = [:]
    for (name, values, shape) in parameters { old[name] = trace.leaf(name, values, shape) }
    for (index, x) in inputs.enumerated() { _ = trace.leaf("x\(index + 1)", [x], inputShape) }
    let errors = forward(&trace, old)
    let total = errors.dropFirst().reduce(errors[0], +)
    let names = (1...inputs.count).flatMap(reaching)
    let gradients = errors[inputs.count - 1].gradients(
      of: names.map { trace[$0] }, keepGraph: true)
    reached = Dictionary(uniqueKeysWithValues: zip(names, gradients.map(\.values)))
    trace.differentiate(total)

    var unseen = Trace()
    for (index, x) in inputs.enumerated() {
      _ = unseen.keep("x\(index + 1)", Tensor([x], inputShape, .float64))
    }
    let new = Dictionary(
      uniqueKeysWithValues: parameters.map {
        ($0.name, trace.updated($0.name, learningRate: rate))
      })
    let after = forward(&unseen, new)

    self.trace = trace
    self.errors = errors.map(\.scalar)
    error = Quantity("E", "E", total.scalar)
    errorAfter = Quantity("E.after", "E′", after.reduce(0) { $0 + $1.scalar })
    self.rate = Quantity("rate", "η", rate)
  }

  /// The error of one step, counted from 1.
  func error(ofStep step: Int) -> Quantity {
    Quantity("E.\(step)", "E_{\(step)}", errors[step - 1])
  }

  /// How the error of the last step alone reaches an element of a tensor.
  func reach(_ name: String, _ id: String, _ symbol: String, at index: Int = 0) -> Quantity {
    Quantity("reach.\(id)", "∂E_{\(errors.count)}/∂\(symbol)", reached[name]![index])
  }

  /// An element of a parameter with its gradient and what a step makes of it.
  func parameter(_ name: String, _ id: String, _ symbol: String, at index: Int = 0) -> Parameter {
    Parameter(trace, name, index, id, symbol, rate: rate.value)
  }
}
