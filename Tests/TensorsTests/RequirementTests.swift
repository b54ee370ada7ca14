import TandemTensors
import Testing

/// Mistakes end the process with a message that says what they are, and no wrong index reaches a
/// kernel, which would read or write beside the tensor.
@Suite struct RequirementTests {
  private func expect(_ message: String, in result: ExitTest.Result?) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Fatal error: \(message)"), "\(text.prefix(500))")
  }

  @Test func shapesThatDoNotFit() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 2]) + Tensor(zeros: [3])
    }
    expect("add: shapes [3, 2] and [3] do not broadcast", in: result)
  }

  @Test func aGraphThatWasLetGo() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor([2, 3], [2], .float64).tracked
      let square = x.squared()
      _ = square.sum().gradient(of: x)
      _ = square.mean().gradient(of: x)
    }
    expect("gradients: the graph was let go by an earlier walk", in: result)
  }

  // MARK: Indices and labels; float32 is the CPU backend's, float64 the reference's.

  @Test(arguments: [DType.float32, .float64])
  func indicesInside(_ dtype: DType) {
    let x = Tensor([1, 2, 3, 4, 5, 6], [3, 2], dtype)
    #expect(x.gather(Tensor(indices: [2, 0])).values == [5, 6, 1, 2])
    #expect(x.gather(Tensor(indices: [1]), axis: 1).values == [2, 4, 6])
    #expect(
      x.scatterAdd(Tensor(indices: [0, 3, 3]), count: 4).values == [1, 2, 0, 0, 0, 0, 8, 10])
  }

  @Test(arguments: [DType.float32, .float64])
  func indexBehindTheEnd(_ dtype: DType) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [dtype = dtype as DType] in
      _ = Tensor(zeros: [3, 2], dtype).gather(Tensor(indices: [0, 3]))
    }
    expect("gather: index 3 at position 1 is not in 0 ..< 3", in: result)
  }

  @Test(arguments: [DType.float32, .float64])
  func negativeIndex(_ dtype: DType) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [dtype = dtype as DType] in
      _ = Tensor(zeros: [3, 2], dtype).gather(Tensor(indices: [-1]), axis: 1)
    }
    expect("gather: index -1 at position 0 is not in 0 ..< 2", in: result)
  }

  @Test(arguments: [DType.float32, .float64])
  func scatterBehindTheEnd(_ dtype: DType) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [dtype = dtype as DType] in
      _ = Tensor(zeros: [2, 2], dtype).scatterAdd(Tensor(indices: [0, 5]), count: 5)
    }
    expect("scatterAdd: index 5 at position 1 is not in 0 ..< 5", in: result)
  }

  @Test(arguments: [DType.float32, .float64])
  func labelBehindTheLastClass(_ dtype: DType) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [dtype = dtype as DType] in
      _ = Tensor(zeros: [1, 4], dtype).softmaxCrossEntropy(labels: Tensor(indices: [4]))
    }
    expect("softmax cross-entropy: index 4 at position 0 is not in 0 ..< 4", in: result)
  }
}
