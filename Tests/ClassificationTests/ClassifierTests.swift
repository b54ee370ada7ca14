import TandemClassification
import TandemLayers
import TandemTensors
import Testing

@Suite struct ClassifierTests {
  @Test func networksAreCutBehindActivations() {
    let dense = dense([12, 8], batchNorm: true, dropout: 0.1)
    #expect(dense.modules == [0..<5, 5..<9, 9..<10])
    #expect(dense.parameterNames.first == "1.weight")
    let cnn = convolutional()
    #expect(cnn.modules == [0..<4, 4..<8, 8..<12, 12..<13])
    #expect(cnn(bars(2).images).shape == [2, 3])
    var whole = Pass.training(RandomStream(seed: 1, name: "dropout"))
    var x = bars(2).images
    var parts = whole
    let expected = dense(x, &whole)
    for index in dense.modules.indices { x = dense.module(index)(x, &parts) }
    #expect(x.values == expected.values)
  }

  @Test func smoothedLossesAreTheCrossEntropyWithASmoothedTarget() {
    let logits = Tensor([1, -2, 0.5, 0, 3, -1], [2, 3], .float64)
    let labels = Tensor(indices: [2, 0])
    let loss = ClassificationLoss(labelSmoothing: 0.3)
    let logarithms = logits.logSoftmax().values
    let expected = (0..<2).map { row in
      -(0..<3).reduce(0.0) { sum, c in
        let q = 0.1 + (c == Int(labels.values[row]) ? 0.7 : 0)
        return sum + q * logarithms[row * 3 + c]
      }
    }
    #expect(zip(loss(logits, labels).values, expected).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(
      abs(ClassificationLoss()(Tensor(zeros: [1, 10]), Tensor(indices: [3])).scalar - 2.302585)
        < 1e-6)
  }

  @Test func measuresCountConfusions() {
    var measures = ClassifierMeasures(classes: 3)
    #expect(measures.accuracy == 0 && measures.loss == 0)
    let logits = Tensor([5, 0, 0, 0, 5, 0, 5, 0, 0], [3, 3])
    measures.add(
      logits: logits, labels: Tensor(indices: [0, 2, 0]), losses: Tensor([1, 2, 6], [3]))
    #expect(measures.confusion == [2, 0, 0, 0, 0, 0, 0, 1, 0])
    #expect(measures.hits == 2 && measures.loss == 3)
  }

  @Test func cosinesAreOfWholeLists() {
    let a = [Tensor([3, 0], [2]), Tensor([4], [1])]
    #expect(cosine(a, a.map { $0 * 2 }) == 1)
    #expect(cosine(a, [Tensor([0, 7], [2]), Tensor([0], [1])]) == 0)
    #expect(cosine(a, a.map { $0 * 0 }) == nil)
  }
}
