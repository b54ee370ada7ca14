import COneDNN

/// What the backend's calls of oneDNN share.
enum OneDNN {
  static func type(_ dtype: DType) -> Int64 {
    switch dtype {
    case .float32: Int64(ONEDNN_FLOAT32.rawValue)
    case .bfloat16: Int64(ONEDNN_BFLOAT16.rawValue)
    case .float64, .int32: fatalError("the CPU backend has no products of \(dtype)")
    }
  }

  /// Stops with the library's message: the arguments were checked, so what can fail here is
  /// memory or the library itself, which no caller could mend.
  static func check(_ status: Int32) {
    if status != 0 { fatalError(String(cString: onednn_error())) }
  }
}

extension onednn_epilogue {
  /// The epilogue that computes `function`, or none and the function that is left to apply.
  /// (oneDNN's softplus is off by up to 4e-6 where it should vanish, so it is left.)
  static func applying(
    _ function: UnaryFunction?
  ) -> (onednn_epilogue, rest: UnaryFunction?) {
    let (activation, alpha): (onednn_activation, Double)
    switch function {
    case nil: (activation, alpha) = (ONEDNN_LINEAR, 0)
    case .relu: (activation, alpha) = (ONEDNN_RELU, 0)
    case .leakyReLU(let slope): (activation, alpha) = (ONEDNN_RELU, slope)
    case .tanh: (activation, alpha) = (ONEDNN_TANH, 0)
    case .sigmoid: (activation, alpha) = (ONEDNN_SIGMOID, 0)
    case .gelu: (activation, alpha) = (ONEDNN_GELU, 0)
    case .silu: (activation, alpha) = (ONEDNN_SILU, 0)
    default: return (onednn_epilogue(), function)
    }
    return (onednn_epilogue(activation: Int64(activation.rawValue), alpha: alpha), nil)
  }
}
