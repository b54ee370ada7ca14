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

  @Test func indicesInside() async {
    await #expect(processExitsWith: .success) {
      _ = Tensor(zeros: [3, 2]).gather(Tensor(indices: [0, 2]))
    }
  }

  @Test func indexBehindTheEnd() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 2]).gather(Tensor(indices: [0, 3]))
    }
    expect("gather: index 3 is not in 0 ..< 3", in: result)
  }

  @Test func negativeIndex() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 2]).gather(Tensor(indices: [-1]), axis: 1)
    }
    expect("gather: index -1 is not in 0 ..< 2", in: result)
  }

  @Test func scatterBehindTheEnd() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [2, 2]).scatterAdd(Tensor(indices: [0, 5]), count: 5)
    }
    expect("scatterAdd: index 5 is not in 0 ..< 5", in: result)
  }

  @Test func labelBehindTheLastClass() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [1, 4]).softmaxCrossEntropy(labels: Tensor(indices: [4]))
    }
    expect("softmax cross-entropy: index 4 is not in 0 ..< 4", in: result)
  }
}
