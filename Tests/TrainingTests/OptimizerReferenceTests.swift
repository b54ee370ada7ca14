import ReferenceCases
import TandemTensors
import TandemTraining
import Testing

/// Traces of PyTorch's optimizers, made by `Tests/References/optimizers.py`.
struct OptimizerReferenceTests {
  private func cases(of operations: String...) throws -> [ReferenceCase] {
    try ReferenceGroup.optimizers.cases().filter { operations.contains($0.operation) }
  }

  private func optimizer(_ example: ReferenceCase) throws -> Optimizer? {
    let rate = example.double("learningRate")
    let decay = example.double("weightDecay")
    switch example.operation {
    case "sgd":
      return try .sgd(
        learningRate: rate, momentum: example.double("momentum"),
        nesterov: example.bool("nesterov"), weightDecay: decay)
    case "rmsprop":
      // PyTorch's additions to the rule, which it does not have here.
      if example.double("momentum") != 0 || example.bool("centered") { return nil }
      return try .rmsProp(
        learningRate: rate, smoothing: example.double("decay"),
        epsilon: example.double("epsilon"), weightDecay: decay)
    default:
      let make = example.operation == "adam" ? Optimizer.adam : Optimizer.adamW
      return try make(
        rate, example.double("beta1"), example.double("beta2"), example.double("epsilon"),
        decay, nil)
    }
  }

  @Test(arguments: [(DType.float64, 1e-13), (.float32, 2e-6)])
  func followsTheTrace(_ dtype: DType, _ tolerance: Double) throws {
    var covered = 0
    for example in try cases(of: "sgd", "rmsprop", "adam", "adamw") {
      guard var optimizer = try optimizer(example) else { continue }
      covered += 1
      let gradients = example.tensor("gradients")
      let after = example.tensor("after")
      var model = SingleParameter(
        weight: example.tensor("initial").converted(to: dtype))
      for step in 0..<gradients.shape[0] {
        let gradient = slice(gradients, step)
        let norm = try optimizer.update(&model, along: [gradient.converted(to: dtype)])
        let error = distance(model.weight, slice(after, step))
        #expect(error < tolerance, "\(example), step \(step)")
        let expected = gradient.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(norm! - expected) < 1e-6 * expected)
      }
      #expect(optimizer.step == gradients.shape[0])
    }
    // 6 of SGD, 3 of RMSprop, 6 of Adam, 9 of AdamW.
    #expect(covered == 24)
  }

  /// A descent at rate 1 from zero shows what became of the gradients.
  @Test func clipsByGlobalNorm() throws {
    let cases = try cases(of: "clipByGlobalNorm")
    #expect(cases.count == 2)
    for example in cases {
      var model = TwoParameters(first: Tensor(zeros: [3, 4], .float64), second: [5])
      var optimizer = try Optimizer.sgd(
        learningRate: 1, clipping: .globalNorm(example.double("limit")))
      optimizer.measuresGradients = false
      let norm = try optimizer.update(
        &model,
        along: [
          example.tensor("gradient0"), example.tensor("gradient1"),
        ])
      let expected = example.tensor("norm").scalar
      #expect(abs(norm! - expected) < 1e-14 * expected)
      #expect(distance(-model.first, example.tensor("clipped0")) < 1e-14)
      #expect(distance(-model.second, example.tensor("clipped1")) < 1e-14)
    }
  }

  @Test func clipsByValue() throws {
    let example = try #require(try cases(of: "clipByValue").first)
    let gradient = example.tensor("gradient0")
    var model = SingleParameter(weight: Tensor(zeros: [3, 4], .float64))
    var optimizer = try Optimizer.sgd(learningRate: 1, clipping: .value(example.double("limit")))
    optimizer.measuresGradients = false
    #expect(try optimizer.update(&model, along: [gradient]) == nil)
    #expect(distance(-model.weight, example.tensor("clipped0")) == 0)
  }
}
