import Foundation
import TandemTensors
import Testing

/// The accuracy of the elementary functions over all of float32.
@Suite struct CPUFunctionTests {
  private static let cpu = CPUBackend.shared

  /// Floats of all signs and exponents with varied fractions, and the special ones.
  private static let arguments: [Float] = {
    var values: [Float] = [
      0, -0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0.5, -0.5,
    ]
    for pattern in stride(from: UInt32(0), to: 0xffff_f000, by: 4093) {
      values.append(Float(bitPattern: pattern))
    }
    // More where the functions have their shape.
    for index in -60_000...60_000 { values.append(Float(index) * 3.1e-4) }
    return values
  }()

  /// A function with its largest error in units in the last place, where the result is at least
  /// `floor` in magnitude; below, the error is in units of the floor's last place.
  struct Case: Sendable, CustomTestStringConvertible {
    let function: UnaryFunction
    let units: Double
    var floor: Float = .leastNonzeroMagnitude

    var testDescription: String { "\(function)" }
  }

  private static let cases = [
    Case(function: .exp, units: 1), Case(function: .log, units: 1),
    Case(function: .sqrt, units: 0.5), Case(function: .rsqrt, units: 1.5),
    Case(function: .tanh, units: 3), Case(function: .sigmoid, units: 3),
    Case(function: .erf, units: 3), Case(function: .softplus, units: 3),
    Case(function: .sin, units: 2), Case(function: .cos, units: 2),
    Case(function: .power(0.75), units: 0.51), Case(function: .power(-13), units: 0.51),
    Case(function: .power(2.5), units: 0.51), Case(function: .power(5), units: 0.51),
    Case(function: .power(-1), units: 0.5), Case(function: .power(3), units: 2),
    Case(function: .power(-2), units: 3),
    // A product with a denormal exponential.
    Case(function: .gelu, units: 5, floor: 1e-36), Case(function: .silu, units: 4, floor: 1e-36),
  ]

  @Test(arguments: cases) func everyFloatIsWithinItsBound(_ test: Case) {
    let x = CPUFunctionTests.arguments
    let y = CPUFunctionTests.cpu.unary(test.function, Tensor(x, [x.count])).floats
    var worst = (error: 0.0, at: Float(0))
    for (x, y) in zip(x, y) {
      let exact = test.function.limit(x) ?? test.function.value(Double(x))
      let rounded = Float(exact)
      if rounded.isNaN || rounded.isInfinite || y.isNaN || y.isInfinite {
        #expect(y.bitPattern == rounded.bitPattern || y.isNaN && rounded.isNaN, "at \(x)")
        continue
      }
      let unit = Double(max(rounded.ulp, test.floor.ulp))
      let error = abs(Double(y) - exact) / unit
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error <= test.units, "\(worst.error) units at \(worst.at)")
  }

  private static let functions: [UnaryFunction] = [
    .affine(scale: -1.5, offset: 2), .power(3), .power(2), .power(1), .power(0), .power(-1),
    .power(0.5), .power(-0.5), .power(1.7), .clamp(lower: -0.5, upper: 0.75), .exp, .log, .sqrt,
    .rsqrt, .square, .absolute, .sign, .step, .sin, .cos, .erf, .tanh, .sigmoid, .relu,
    .leakyReLU(slope: 0.2), .leakyReLU(slope: 0), .softplus, .gelu, .silu,
  ]

  /// Values against the reference backend, derivatives against central differences of it, on both
  /// sides of the size from which there are two threads, and of nothing.
  @Test(arguments: functions) func valuesAndGradients(_ function: UnaryFunction) {
    let needsPositive =
      switch function {
      case .log, .sqrt, .rsqrt, .power(0.5), .power(-0.5), .power(-1), .power(1.7): true
      default: false
      }
    for count in [0, 1, 15, 16, 17, 1000, 70_001] {
      let x = needsPositive ? sample([count]).applying(.absolute) + 0.1 : sample([count])
      let g = sample([count], "g")
      let y = CPUFunctionTests.cpu.unary(function, x)
      expectClose(y, ReferenceBackend.shared.unary(function, x.exact), tolerance: 1e-6)
      let saved = function.derivativeReadsOutput ? y : x
      let dx = CPUFunctionTests.cpu.unaryGradient(function, saved: saved, upstream: g).values
      let step = 1e-6
      var worst = 0.0
      for (index, (x, g)) in zip(x.values, g.values).enumerated() {
        let slope = (function.value(x + step) - function.value(x - step)) / (2 * step)
        worst = max(worst, abs(dx[index] - g * slope) / max(abs(g * slope), 1))
      }
      #expect(worst < 1e-5, "\(count) elements")
    }
  }

  @Test func derivativesAtKinks() {
    func derivative(_ function: UnaryFunction, at saved: Double) -> Double {
      CPUFunctionTests.cpu.unaryGradient(
        function, saved: Tensor([saved], [1]), upstream: Tensor([3.0], [1])
      ).scalar
    }
    #expect(derivative(.relu, at: 0) == 0)
    #expect(derivative(.leakyReLU(slope: 0.25), at: 0) == 0.75)
    #expect(derivative(.absolute, at: 0) == 0)
    #expect(derivative(.clamp(lower: -1, upper: 1), at: 1) == 3)
    #expect(derivative(.clamp(lower: -1, upper: 1), at: -1.5) == 0)
  }

  @Test func notANumberPasses() {
    let x = Tensor([Float.nan], [1])
    for function in CPUFunctionTests.functions where function != .power(0) {
      switch function {
      case .sign, .step: continue
      default: #expect(CPUFunctionTests.cpu.unary(function, x).scalar.isNaN, "\(function)")
      }
    }
    let one = Tensor([Float(1)], [1])
    for function in [BinaryFunction.maximum, .minimum] {
      #expect(CPUFunctionTests.cpu.binary(function, x, one).scalar.isNaN)
      #expect(CPUFunctionTests.cpu.binary(function, one, x).scalar.isNaN)
    }
    #expect(
      CPUFunctionTests.cpu.reduce(.maximum, Tensor([1, .nan, 2], [3]), axes: [0]).scalar.isNaN)
  }
}

extension UnaryFunction {
  /// The limit where the definition in float64 runs into infinity times 0 or cancels.
  fileprivate func limit(_ x: Float) -> Double? {
    switch self {
    case .gelu: x == -.infinity ? -0.0 : Double(x) * 0.5 * erfc(-Double(x) * 0.5.squareRoot())
    case .silu: x == -.infinity ? -0.0 : nil
    default: nil
    }
  }
}
