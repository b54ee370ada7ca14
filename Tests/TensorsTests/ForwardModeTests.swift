import Foundation
import TandemTensors
import Testing

/// Forward mode by the primitives' own gradients.
@Suite struct ForwardModeTests {
  /// A direction without pattern, a tensor of the input's shape.
  private func direction(_ input: Tensor, salt: Int) -> Tensor {
    Tensor(
      (0..<input.count).map { sin(Double(3 * $0 + salt + 1)) }, input.shape, input.dtype)
  }

  /// The product along a direction beside the central difference along it, for every primitive.
  @Test func everyPrimitiveAgainstDifferences() {
    for primitive in PrimitiveCatalogue.all {
      for example in primitive.examples {
        let tangents = example.inputs.enumerated().map { index, input in
          input.dtype.isFloatingPoint ? direction(input, salt: index) : nil
        }
        let found = Linearization(of: example.body, at: example.inputs)(tangents).values
        let step = 1e-5
        let ends = [step, -step].map { step in
          example.body(
            zip(example.inputs, tangents).map { input, tangent in
              tangent.map { input + $0 * step } ?? input
            }
          ).values
        }
        let differences = zip(ends[0], ends[1]).map { ($0 - $1) / (2 * step) }
        let largest = differences.reduce(1e-3) { max($0, abs($1)) }
        #expect(found.count == differences.count)
        for (a, b) in zip(found, differences) {
          #expect(
            abs(a - b) <= 1e-6 * largest, "\(primitive.name) \(example.name): \(a), not \(b)")
        }
      }
    }
  }

  /// u (J v) = v (J^T u): forward and reverse mode are of one Jacobian.
  @Test func forwardIsTheTransposeOfReverse() {
    let x = Tensor([0.3, -0.8, 1.1], [1, 3], .float64)
    let w = Tensor((0..<12).map { cos(Double($0)) }, [4, 3], .float64)
    func f(_ x: Tensor) -> Tensor { x.linear(w).tanh() }
    let (v, u) = (direction(x, salt: 5), Tensor([0.2, -1, 0.7, 0.4], [1, 4], .float64))
    let (value, derivative) = x.jvp(f, along: v)
    #expect(value.values == f(x).values)
    let leaf = x.tracked
    let back = f(leaf).gradient(of: leaf, upstream: u)
    #expect(abs((u * derivative).sum().scalar - (v * back).sum().scalar) < 1e-15)
  }

  /// One map serves many directions, inputs may stay, and what has no influence moves nothing.
  @Test func severalInputs() {
    let inputs = [Tensor(3, .float64), Tensor(5, .float64), Tensor(7, .float64)]
    let map = Linearization(of: { $0[0] * $0[1] }, at: inputs)
    let one = Tensor(1, .float64)
    #expect(map([one, nil, nil]).scalar == 5)
    #expect(map([nil, one, nil]).scalar == 3)
    #expect(map([one, one, one]).scalar == 8)
    #expect(map([nil, nil, one]).scalar == 0)
    #expect(map.value.scalar == 15)
  }

  @Test func inSinglePrecision() {
    let x = Tensor([0.5, -1, 2] as [Float], [3])
    let (_, derivative) = x.jvp({ $0.sigmoid() }, along: Tensor(ones: [3]))
    for (a, x) in zip(derivative.values, x.values) {
      let y = 1 / (1 + exp(-x))
      #expect(abs(a - y * (1 - y)) < 1e-7)
    }
  }
}
