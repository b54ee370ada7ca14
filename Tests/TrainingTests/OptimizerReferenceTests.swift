import TandemTensors
import TandemTraining
import Testing

/// Traces of PyTorch's optimizers, made by `Tests/References/optimizers.py`.
struct OptimizerReferenceTests {
  let references: References

  init() throws { references = try References("optimizers") }

  private func optimizer(_ example: References.Case) throws -> Optimizer? {
    let rate = example.number("learningRate")!
    let decay = example.number("weightDecay")!
    switch example.op {
    case "sgd":
      return try .sgd(
        learningRate: rate, momentum: example.number("momentum")!,
        nesterov: example.flag("nesterov"), weightDecay: decay)
    case "rmsprop":
      // PyTorch's additions to the rule, which it does not have here.
      if example.number("momentum") != 0 || example.flag("centered") { return nil }
      return try .rmsProp(
        learningRate: rate, smoothing: example.number("decay")!,
        epsilon: example.number("epsilon")!, weightDecay: decay)
    default:
      let make = example.op == "adam" ? Optimizer.adam : Optimizer.adamW
      return try make(
        rate, example.number("beta1")!, example.number("beta2")!, example.number("epsilon")!,
        decay, nil)
    }
  }

  @Test(arguments: [(DType.float64, 1e-13), (.float32, 2e-6)])
  func followsTheTrace(_ dtype: DType, _ tolerance: Double) throws {
    var covered = 0
    for example in references.cases(of: "sgd", "rmsprop", "adam", "adamw") {
      guard var optimizer = try optimizer(example) else { continue }
      covered += 1
      let gradients = try references.tensor("gradients", of: example)
      let after = try references.tensor("after", of: example)
      var model = SingleParameter(
        weight: try references.tensor("initial", of: example).converted(to: dtype))
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
    let cases = references.cases(of: "clipByGlobalNorm")
    #expect(cases.count == 2)
    for example in cases {
      var model = TwoParameters(first: Tensor(zeros: [3, 4], .float64), second: [5])
      var optimizer = try Optimizer.sgd(
        learningRate: 1, clipping: .globalNorm(example.number("limit")!))
      optimizer.measuresGradients = false
      let norm = try optimizer.update(
        &model,
        along: [
          references.tensor("gradient0", of: example), references.tensor("gradient1", of: example),
        ])
      let expected = try references.tensor("norm", of: example).scalar
      #expect(abs(norm! - expected) < 1e-14 * expected)
      #expect(distance(-model.first, try references.tensor("clipped0", of: example)) < 1e-14)
      #expect(distance(-model.second, try references.tensor("clipped1", of: example)) < 1e-14)
    }
  }

  @Test func clipsByValue() throws {
    let example = try #require(references.cases(of: "clipByValue").first)
    let gradient = try references.tensor("gradient0", of: example)
    var model = SingleParameter(weight: Tensor(zeros: [3, 4], .float64))
    var optimizer = try Optimizer.sgd(learningRate: 1, clipping: .value(example.number("limit")!))
    optimizer.measuresGradients = false
    #expect(try optimizer.update(&model, along: [gradient]) == nil)
    #expect(distance(-model.weight, try references.tensor("clipped0", of: example)) == 0)
  }
}
