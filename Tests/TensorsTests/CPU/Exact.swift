import Foundation
import TandemTensors
import Testing

/// Comparisons of the CPU backend with the reference one on numbers whose sums are exact.
enum Exact {
  /// Multiples of 1/8 between -1 and 1, scattered but the same on every call.
  static func tensor(_ shape: Shape, _ seed: Int) -> Tensor {
    var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15
    let values = (0..<shape.elementCount).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int(state >> 33) % 17 - 8) / 8
    }
    return Tensor(values, shape, .float32)
  }

  /// Expects of `kernel` the reference's result, in float32 to the bit and in bfloat16 after
  /// rounding once.
  static func expectEqual(
    _ inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation,
    _ kernel: (any Backend, [Tensor]) -> Tensor
  ) {
    let expected = kernel(
      ReferenceBackend.shared, inputs.map { Tensor($0.values, $0.shape, .float64) })
    for dtype in [DType.float32, .bfloat16] {
      let result = kernel(
        CPUBackend.shared, inputs.map { Tensor($0.values, $0.shape, dtype) })
      #expect(result.shape == expected.shape, sourceLocation: sourceLocation)
      #expect(result.dtype == dtype, sourceLocation: sourceLocation)
      let rounded = Tensor(expected.values, expected.shape, dtype).values
      let wrong = zip(result.values, rounded).enumerated().first { $1.0 != $1.1 }
      if let (index, (is_, should)) = wrong {
        Issue.record(
          "\(dtype): element \(index) is \(is_), not \(should)", sourceLocation: sourceLocation)
      }
    }
  }

  /// Expects `result` to be `activation(plain + bias)` to float32's precision.
  static func expectApplied(
    _ activation: UnaryFunction?, bias: Tensor?, to plain: Tensor, is result: Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let channels = plain.shape[plain.rank - 1]
    let biases = bias?.values ?? [Double](repeating: 0, count: channels)
    let expected = plain.values.enumerated().map { index, value in
      function(activation, value + biases[index % channels])
    }
    let wrong = zip(result.values, expected).enumerated().first {
      !(abs($1.0 - $1.1) <= 2e-6 * max(1, abs($1.1)))
    }
    #expect(result.shape == plain.shape, sourceLocation: sourceLocation)
    if let (index, (is_, should)) = wrong {
      Issue.record("element \(index) is \(is_), not \(should)", sourceLocation: sourceLocation)
    }
  }

  private static func function(_ f: UnaryFunction?, _ x: Double) -> Double {
    switch f {
    case nil: x
    case .relu: max(0, x)
    case .leakyReLU(let slope): x > 0 ? x : slope * x
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .gelu: x * (1 + erf(x / 2.0.squareRoot())) / 2
    case .silu: x / (1 + exp(-x))
    case .softplus: log1p(exp(x))
    default: preconditionFailure("no expected values for \(f!)")
    }
  }
}
