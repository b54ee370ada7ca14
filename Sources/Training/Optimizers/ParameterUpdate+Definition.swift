import TandemTensors

extension ParameterUpdate {
  /// Makes the step: by the backend's kernel in one pass, else by the definition.
  func apply(to parameter: inout Tensor, gradient: Tensor, moments: inout [Tensor]) {
    if let kernels = parameter.dtype.backend.fused {
      kernels.update(&parameter, gradient: gradient, moments: &moments, self)
    } else {
      let result = defined(parameter, gradient: gradient, moments: moments)
      (parameter, moments) = (result.parameter, result.moments)
    }
  }

  /// The step in tensor operations: what the kernel is held to.
  package func defined(
    _ parameter: Tensor, gradient: Tensor, moments: [Tensor]
  ) -> (parameter: Tensor, moments: [Tensor]) {
    let type = parameter.momentType
    var p = parameter.detached.converted(to: type)
    var g = gradient.detached.converted(to: type) * gradientScale
    if gradientLimit < .infinity { g = g.clamped(to: -gradientLimit...gradientLimit) }
    if weightDecay != 0 { g = g + p * weightDecay }
    if decoupledDecay != 0 { p = p * (1 - learningRate * decoupledDecay) }
    let direction: Tensor
    var updated: [Tensor] = []
    switch rule {
    case .sgd(momentum: 0, _, _):
      direction = g
    case .sgd(let momentum, let nesterov, let isFirstStep):
      let v = isFirstStep ? g : moments[0] * momentum + g
      direction = nesterov ? g + v * momentum : v
      updated = [v]
    case .rmsProp(let smoothing, let epsilon):
      let s = moments[0] * smoothing + g.squared() * (1 - smoothing)
      direction = g / (s.squareRoot() + epsilon)
      updated = [s]
    case .adam(let beta1, let beta2, let epsilon, let correction1, let correction2):
      let m = moments[0] * beta1 + g * (1 - beta1)
      let v = moments[1] * beta2 + g.squared() * (1 - beta2)
      direction = (m / correction1) / ((v / correction2).squareRoot() + epsilon)
      updated = [m, v]
    }
    return ((p - direction * learningRate).converted(to: parameter.dtype), updated)
  }
}
