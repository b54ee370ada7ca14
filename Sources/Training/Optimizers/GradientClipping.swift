/// How gradients that are too large are made smaller before a step.
///
/// Clipping costs no pass of its own: the factor or the limit goes into the kernel of the step.
public enum GradientClipping: Sendable, Hashable {
  /// Every element is limited to `±limit`.
  case value(_ limit: Double)
  /// All gradients are scaled by `min(1, limit / (norm + 1e-6))`, where the norm is that of all
  /// of them together (Pascanu et al. 2013; the constant is that of PyTorch's `clip_grad_norm_`).
  case globalNorm(_ limit: Double)

  /// The factor for gradients of a norm.
  func scale(norm: Double) -> Double {
    guard case .globalNorm(let limit) = self else { return 1 }
    return min(1, limit / (norm + 1e-6))
  }

  /// Largest magnitude of an element.
  var elementLimit: Double {
    guard case .value(let limit) = self else { return .infinity }
    return limit
  }

  func validate() throws(HyperparameterError) {
    switch self {
    case .value(let limit): try HyperparameterError.checkPositive("clipping.value", limit)
    case .globalNorm(let limit):
      try HyperparameterError.checkPositive("clipping.globalNorm", limit)
    }
  }
}
