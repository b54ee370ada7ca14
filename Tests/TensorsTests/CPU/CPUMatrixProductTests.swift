import TandemTensors
import Testing

@Suite struct CPUMatrixProductTests {
  static let sizes = [(1, 1, 1), (2, 3, 4), (7, 1, 5), (1, 33, 17), (65, 2, 19), (48, 64, 32)]

  @Test(arguments: sizes, [([], []), ([3], [3]), ([3], []), ([], [3]), ([2, 2], [2, 2])])
  func productIsTheReferences(
    _ size: (m: Int, n: Int, k: Int), _ leading: (a: [Int], b: [Int])
  ) {
    let (m, n, k) = size
    for transposeA in [false, true] {
      for transposeB in [false, true] {
        let a = Exact.tensor(Shape(leading.a + (transposeA ? [k, m] : [m, k])), 1)
        let b = Exact.tensor(Shape(leading.b + (transposeB ? [n, k] : [k, n])), 2)
        Exact.expectEqual([a, b]) {
          $0.matmul($1[0], $1[1], transposeA: transposeA, transposeB: transposeB)
        }
      }
    }
  }

  @Test(arguments: [
    nil, UnaryFunction.relu, .leakyReLU(slope: 0.25), .tanh, .sigmoid, .gelu, .silu, .softplus,
  ])
  func linearAppliesBiasAndActivation(_ activation: UnaryFunction?) {
    let cpu = CPUBackend.shared
    for (m, n, k) in CPUMatrixProductTests.sizes {
      let (x, w) = (Exact.tensor([m, k], 1), Exact.tensor([n, k], 2))
      let plain = cpu.matmul(x, w, transposeA: false, transposeB: true)
      for bias in [nil, Exact.tensor([n], 3)] {
        Exact.expectApplied(
          activation, bias: bias, to: plain, is: cpu.linear(x, w, bias, activation))
      }
    }
  }

  /// Few rows take a way of their own, with sums of 64 and of 16 lanes and a rest.
  @Test(arguments: 1...6, [1, 15, 16, 17, 63, 64, 65, 200])
  func linearOfFewRowsIsTheReferences(_ rows: Int, _ inner: Int) {
    for columns in [1, 3, 33] {
      let (x, w) = (Exact.tensor([rows, inner], 1), Exact.tensor([columns, inner], 2))
      let bias = Exact.tensor([columns], 3)
      let product = ReferenceBackend.shared.matmul(
        Tensor(x.values, x.shape, .float64), Tensor(w.values, w.shape, .float64),
        transposeA: false, transposeB: true)
      let cpu = CPUBackend.shared
      #expect(cpu.linear(x, w, nil, nil).values == product.values)
      let sum = product + Tensor(bias.values, bias.shape, .float64)
      #expect(cpu.linear(x, w, bias, nil).values == sum.values)
      #expect(cpu.linear(x, w, bias, .relu).values == sum.values.map { max($0, 0) })
    }
  }

  @Test func emptyProducts() {
    let cpu = CPUBackend.shared
    let empty = cpu.matmul(
      Tensor(zeros: [0, 3]), Tensor(zeros: [3, 4]), transposeA: false, transposeB: false)
    #expect(empty.shape == [0, 4])
    let sumOfNothing = cpu.matmul(
      Tensor(zeros: [2, 0]), Tensor(zeros: [0, 3]), transposeA: false, transposeB: false)
    #expect(sumOfNothing.values == [Double](repeating: 0, count: 6))
    #expect(
      cpu.linear(Tensor(zeros: [2, 0]), Tensor(zeros: [3, 0]), Tensor(ones: [3]), nil).values
        == [Double](repeating: 1, count: 6))
  }

  @Test func threadsShareNothing() async {
    let (a, b) = (Exact.tensor([33, 20], 1), Exact.tensor([20, 17], 2))
    let expected = CPUBackend.shared.matmul(a, b, transposeA: false, transposeB: false).values
    await withTaskGroup(of: [Double].self) { group in
      for _ in 0..<16 {
        group.addTask {
          CPUBackend.shared.matmul(a, b, transposeA: false, transposeB: false).values
        }
      }
      for await result in group { #expect(result == expected) }
    }
  }
}
