import TandemTensors
import Testing

@Suite struct OperationCountTests {
  private func ones(_ shape: Shape) -> Tensor { Tensor(ones: shape, .float64) }

  private func multiplications(_ body: () -> Tensor) -> Int {
    OperationCount.measured(body).count.multiplications
  }

  @Test func kernelsCountTheirProducts() {
    #expect(multiplications { ones([2, 3]).matmul(ones([3, 4])) } == 24)
    #expect(multiplications { ones([5, 2, 3]).matmul(ones([5, 3, 4])) } == 120)
    #expect(multiplications { ones([3, 2]).matmul(ones([3, 4]), transposed: true) } == 24)
    #expect(multiplications { ones([2, 3]) * ones([3]) } == 6)
    #expect(multiplications { ones([2, 3]) / ones([2, 3]) } == 6)
    #expect(multiplications { ones([2, 3]) + ones([2, 3]) } == 0)
    #expect(multiplications { -ones([2, 3]) } == 0)
    #expect(multiplications { ones([2, 3]) * 3 } == 6)
    #expect(multiplications { ones([4]).squared().sum() } == 4)
    // 4 x 4 places of a 3 x 3 kernel.
    #expect(multiplications { ones([1, 6, 6, 1]).convolution(ones([1, 1, 3, 3])) } == 144)
    // With a border of one: 6 x 6 places, of whose taps those over the border are not computed.
    #expect(
      multiplications { ones([1, 6, 6, 1]).convolution(ones([1, 1, 3, 3]), padding: 1) } == 256)
    #expect(OperationCount.measured { ones([7]).tanh() }.count.functions == 7)
  }

  /// The whole of a pass: forward two matrix products, backward two more each.
  @Test func passesCountForwardAndBack() {
    let (x, w1, w2) = (ones([1, 3]), ones([4, 3]).tracked, ones([2, 4]).tracked)
    let (y, forward) = OperationCount.measured { x.linear(w1).linear(w2) }
    #expect(forward.multiplications == 12 + 8)
    let (_, backward) = OperationCount.measured {
      y.gradients(of: [w1, w2], upstream: ones([1, 2]))
    }
    // dw2, the gradient of the hidden layer, dw1; none for x.
    #expect(backward.multiplications == 8 + 8 + 12)
  }

  @Test func onlyInsideIsCounted() {
    let a = ones([3])
    _ = a * a
    let (_, outer) = OperationCount.measured {
      let (_, inner) = OperationCount.measured { a * a }
      #expect(inner.multiplications == 3)
      return a * a * a
    }
    #expect(outer.multiplications == 9)
    // Counting changes no result.
    let x = Tensor([0.1, 0.7], [2], .float64)
    #expect(OperationCount.measured { x.sigmoid() }.result.values == x.sigmoid().values)
  }
}
