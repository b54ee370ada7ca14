import TandemLayers
import TandemTensors

extension Optimizer {
  /// Makes one step: changes the parameters of `model` along their gradients.
  ///
  /// The parameters are changed in place where nothing else shares their elements; what shares
  /// them (a copy of the model, an average that has not been updated yet) keeps its own. A
  /// `Tracked` copy ends with its `gradients(of:)`, and is not in the way.
  ///
  /// - Parameters:
  ///   - model: The model that the optimizer was made for.
  ///   - gradients: The gradients of its parameters, in the order of the walk.
  ///   - scale: A factor of the gradients, such as one over the number of batches that they were
  ///     summed over. Clipping sees the scaled gradients.
  /// - Returns: The norm of all gradients together before clipping, if it was measured.
  /// - Throws: `NonFiniteError` naming the first gradient that is not finite, if the norm was
  ///   measured; model and optimizer are as they were then.
  @discardableResult
  public mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: [Tensor], scale: Double = 1
  ) throws(NonFiniteError) -> Double? {
    prepare(for: model, gradients)
    if keepsGradients { self.gradients = gradients }
    let norm = try measuredNorm(gradients).map { $0 * abs(scale) }
    step += 1
    let rule = ParameterUpdate(
      rule: rule.kernelRule(step: step), learningRate: learningRate, weightDecay: weightDecay,
      decoupledDecay: decoupledDecay,
      gradientScale: scale * (norm.flatMap { clipping?.scale(norm: $0) } ?? 1),
      gradientLimit: clipping?.elementLimit ?? .infinity)
    var index = 0
    model.walk { _, tensor, role in
      guard role == .parameter else { return }
      rule.apply(to: &tensor, gradient: gradients[index], moments: &moments[index])
      index += 1
    }
    return norm
  }

  /// The gradients of the last step before clipping, by their parameters' names; empty unless they
  /// were kept.
  public var keptGradients: [(name: String, tensor: Tensor)] {
    zip(names, gradients).map { (name: $0, tensor: $1) }
  }

  /// The norm of all gradients, where the settings ask for it.
  private func measuredNorm(_ gradients: [Tensor]) throws(NonFiniteError) -> Double? {
    var isNeeded = measuresGradients
    if case .globalNorm = clipping { isNeeded = true }
    guard isNeeded else { return nil }
    let statistics = GradientStatistics(gradients, names: names)
    try statistics.check()
    return statistics.globalNorm
  }

  /// Creates the moments before the first step, and checks that the gradients are the model's.
  private mutating func prepare(for model: some Layer, _ gradients: [Tensor]) {
    let parameters = model.parameters
    require(
      gradients.count == parameters.count,
      "optimizer: \(gradients.count) gradients for \(parameters.count) parameters")
    if names.isEmpty {
      names = model.parameterNames
      moments = parameters.map { parameter in
        rule.momentNames.map { _ in Tensor(zeros: parameter.shape, parameter.momentType) }
      }
    }
    require(
      names.count == parameters.count,
      "optimizer: a model of \(parameters.count) parameters, the steps so far had \(names.count)")
    for (index, parameter) in parameters.enumerated() {
      let shape = gradients[index].shape
      require(
        shape == parameter.shape && moments[index].allSatisfy { $0.shape == shape },
        "optimizer: '\(names[index])' has shape \(parameter.shape), its gradient \(shape)")
    }
  }
}

extension Tensor {
  /// The element type of what an optimizer keeps for this parameter: bfloat16 would lose the
  /// small changes that moments are made of.
  var momentType: DType { dtype == .float64 ? .float64 : .float32 }
}
