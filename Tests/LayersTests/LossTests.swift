import Foundation
import TandemLayers
import TandemTensors
import Testing

@Suite struct LossTests {
  private let zeros = Tensor(zeros: [3, 2], .float64)

  @Test func binaryCrossEntropyAtChance() {
    for target in [0.0, 0.3, 1] {
      #expect(abs(zeros.binaryCrossEntropy(target: target).scalar - log(2)) < 1e-15)
    }
  }

  /// The scalar target's short forms are the general one.
  @Test func targetsAgree() {
    let logits = Tensor([-3, -0.5, 0, 2, 7], [5], .float64)
    for target in [0.0, 0.1, 0.9, 1] {
      let targets = Tensor(repeating: target, [5], .float64)
      let scalar = logits.binaryCrossEntropy(target: target).scalar
      #expect(abs(scalar - logits.binaryCrossEntropy(targets: targets).scalar) < 1e-14)
    }
  }

  @Test(arguments: [DType.float32, .float64])
  func binaryCrossEntropyOfFarLogitsIsFinite(_ dtype: DType) {
    let logits = Tensor([-1e4, 1e4], [2], dtype).tracked
    for target in [0.0, 1] {
      let loss = logits.binaryCrossEntropy(target: target)
      #expect(loss.scalar == 5000)
      #expect(loss.gradient(of: logits).values == (target == 0 ? [0, 0.5] : [-0.5, 0]))
    }
  }

  @Test func crossEntropyOfAnEvenGuess() {
    let labels = Tensor(indices: [1, 0, 1])
    #expect(abs(zeros.crossEntropy(labels: labels).scalar - log(2)) < 1e-15)
    let sequences = Tensor(zeros: [2, 3, 5], .float64)
    let targets = Tensor(indices: [0, 1, 2, 3, 4, 0], [2, 3])
    #expect(abs(sequences.crossEntropy(labels: targets).scalar - log(5)) < 1e-15)
  }

  @Test func hingeCostsNothingBeyondTheMargin() {
    let scores = Tensor([2, 0.5, -1], [3], .float64)
    #expect(abs(scores.hingeLoss(target: 1).scalar - 2.5 / 3) < 1e-15)
    #expect(abs(scores.hingeLoss(target: -1).scalar - 4.5 / 3) < 1e-15)
  }

  @Test func regressionLosses() {
    let x = Tensor([0, 0.5, 3], [3], .float64)
    let zero = Tensor(zeros: [3], .float64)
    #expect(abs(x.meanSquaredError(zero).scalar - 9.25 / 3) < 1e-15)
    #expect(abs(x.meanAbsoluteError(zero).scalar - 3.5 / 3) < 1e-15)
    #expect(abs(x.huberLoss(zero).scalar - (0.125 + 2.5) / 3) < 1e-15)
    #expect(abs(x.huberLoss(zero, delta: 4).scalar - 9.25 / 6) < 1e-15)
  }

  @Test func gradients() {
    let x = Tensor([-2.3, -0.4, 0.7, 1.9, 0.2, -1.2], [3, 2], .float64)
    let y = Tensor([0.3, 0.9, 0.1, 0.6, 0.4, 0.8], [3, 2], .float64)
    let labels = Tensor(indices: [0, 1, 1])
    let losses: [(String, ([Tensor]) -> Tensor)] = [
      ("binary, one target", { $0[0].binaryCrossEntropy(target: 0.9) }),
      ("binary, real", { $0[0].binaryCrossEntropy(target: 1) }),
      ("binary, generated", { $0[0].binaryCrossEntropy(target: 0) }),
      ("binary, targets", { $0[0].binaryCrossEntropy(targets: $0[1]) }),
      ("cross-entropy", { $0[0].crossEntropy(labels: labels) }),
      ("hinge", { $0[0].hingeLoss(target: -1) }),
      ("squared", { $0[0].meanSquaredError($0[1]) }),
      ("absolute", { $0[0].meanAbsoluteError($0[1]) }),
      ("huber", { $0[0].huberLoss($0[1], delta: 1.5) }),
    ]
    for (name, loss) in losses {
      for result in GradientCheck().firstOrder([x, y], loss)
        + GradientCheck().secondOrder([x, y], loss)
      {
        #expect(result.worstError < 1e-5, "\(name): \(result)")
      }
    }
  }
}
