import TandemLayers
import TandemTensors
import TandemTraining
import Testing

struct OptimizerTests {
  @Test(arguments: [DType.float64, .float32])
  func resumesToTheBit(_ dtype: DType) throws {
    for (name, fresh) in try everyOptimizer() {
      // The state after each of the steps, kept while the training goes on.
      var model = TestModel(seed: 1, dtype)
      var optimizer = fresh
      var saved = [(model: model, state: optimizer.state, step: optimizer.step)]
      for step in 1...5 {
        try optimizer.update(&model, along: gradients(of: model, step: step))
        saved.append((model, optimizer.state, optimizer.step))
      }
      for start in 0...5 {
        var resumedModel = saved[start].model
        var resumed = fresh
        let tensors = Dictionary(
          uniqueKeysWithValues: saved[start].state.map { ($0.name, $0.tensor) })
        try resumed.load(tensors, step: saved[start].step, for: resumedModel)
        for step in (start + 1)..<6 {
          try resumed.update(&resumedModel, along: gradients(of: resumedModel, step: step))
        }
        #expect(resumedModel.bits == model.bits, "\(name) from step \(start)")
        #expect(resumed.step == 5)
        #expect(
          resumed.momentValues == optimizer.momentValues)
      }
    }
  }

  @Test func namesItsState() throws {
    var model = TestModel(seed: 1)
    func names(_ optimizer: Optimizer) throws -> [String] {
      var optimizer = optimizer
      #expect(optimizer.state.isEmpty)
      try optimizer.update(&model, along: gradients(of: model, step: 1))
      return optimizer.state.map(\.name)
    }
    #expect(try names(.sgd(learningRate: 1)) == [])
    #expect(
      try names(.sgd(learningRate: 1, momentum: 0.5)) == ["inner.weight/velocity", "bias/velocity"])
    #expect(try names(.rmsProp()) == ["inner.weight/moment2", "bias/moment2"])
    #expect(
      try names(.adam()) == [
        "inner.weight/moment1", "inner.weight/moment2", "bias/moment1", "bias/moment2",
      ])
  }

  @Test func saysWhatDoesNotFit() throws {
    let model = TestModel(seed: 1)
    var optimizer = try Optimizer.rmsProp()
    let weight = Tensor(zeros: [3, 4], .float64)
    func message(_ tensors: [String: Tensor], step: Int = 3) -> String? {
      do {
        try optimizer.load(tensors, step: step, for: model)
        return nil
      } catch {
        #expect(optimizer.step == 0 && optimizer.state.isEmpty)
        return "\(error)"
      }
    }
    let start = "the stored state does not fit the optimizer: "
    #expect(
      message(["inner.weight/moment2": weight, "bias/moment1": weight])
        == start + "'bias/moment2' is missing; 'bias/moment1' is not kept by this optimizer")
    #expect(
      message(["inner.weight/moment2": weight, "bias/moment2": weight])
        == start + "'bias/moment2' has shape [3, 4], not [4]")
    #expect(
      message(["bias/moment2": weight], step: 0)
        == start + "'bias/moment2' is there before the first step")
    #expect(message([:], step: -1) == start + "the step is -1")
    #expect(message([:], step: 0) == nil)
  }

  @Test(arguments: [DType.float64, .float32])
  func leavesCopiesAlone(_ dtype: DType) throws {
    for (name, optimizer) in try everyOptimizer() {
      var optimizer = optimizer
      var model = TestModel(seed: 2, dtype)
      try optimizer.update(&model, along: gradients(of: model, step: 1))
      let (copy, bits) = (model, model.bits)
      let (earlier, kept) = (optimizer, optimizer.momentValues)
      let given = gradients(of: model, step: 2)
      let before = given.map(\.values)
      try optimizer.update(&model, along: given)
      #expect(copy.bits == bits, "\(name)")
      #expect(model.bits != bits, "\(name)")
      #expect(earlier.momentValues == kept, "\(name)")
      #expect(earlier.step == 1)
      #expect(given.map(\.values) == before, "\(name)")
    }
  }

  @Test func leavesBuffersAlone() throws {
    var model = TestModel(seed: 2)
    var optimizer = try Optimizer.adam()
    let before = model.inner.runningMean.identity
    try optimizer.update(&model, along: gradients(of: model, step: 1))
    #expect(model.inner.runningMean.identity == before)
  }

  @Test(
    .enabled(if: DType.float32.backend.fused != nil, "needs a backend with fused kernels"))
  func updatesInPlace() throws {
    for (name, optimizer) in try everyOptimizer() {
      var optimizer = optimizer
      var model = TestModel(seed: 3, .float32)
      let x = Tensor([1, 2, 3], [3, 1])
      var identities: [[ObjectIdentifier]] = []
      for _ in 0..<3 {
        let (_, gradients) = valueAndGradients(of: model) { $0(x).squared().mean() }
        try optimizer.update(&model, along: gradients)
        identities.append(
          model.parameters.map(\.identity) + optimizer.state.map { $0.tensor.identity })
      }
      #expect(identities[1] == identities[0], "\(name)")
      #expect(identities[2] == identities[0], "\(name)")
    }
  }

  @Test(
    .enabled(if: DType.float32.backend.fused != nil, "needs a backend with fused kernels"))
  func updatesInPlaceAfterATrackedCopy() throws {
    var optimizer = try Optimizer.adam()
    var model = TestModel(seed: 3, .float32)
    let x = Tensor([1, 2, 3], [3, 1])
    let before = model.parameters.map(\.identity)
    let tracked = Tracked(model)
    var pass = Pass.inference
    let loss = tracked.model(x, &pass).squared().mean()
    try optimizer.update(&model, along: tracked.gradients(of: loss))
    #expect(model.parameters.map(\.identity) == before)
    #expect(loss.scalar.isFinite)
  }

  @Test(arguments: [DType.float64, .float32])
  func zeroGradientsLeaveParameters(_ dtype: DType) throws {
    let plain: [Optimizer] = [
      try .sgd(learningRate: 0.1), try .sgd(learningRate: 0.1, momentum: 0.9),
      try .sgd(learningRate: 0.1, momentum: 0.9, nesterov: true), try .rmsProp(), try .adam(),
      try .adam(clipping: .globalNorm(1)), try .adamW(weightDecay: 0),
    ]
    for var optimizer in plain {
      var model = TestModel(seed: 4, dtype)
      let before = model.bits
      for _ in 0..<3 {
        let zeros = model.parameters.map { Tensor(zeros: $0.shape, dtype) }
        #expect(try optimizer.update(&model, along: zeros) == 0)
      }
      #expect(model.bits == before, "\(optimizer.rule)")
    }
    // Decay acts without a gradient.
    var optimizer = try Optimizer.adamW(learningRate: 0.5, weightDecay: 0.5)
    var model = SingleParameter(weight: Tensor([4, -8], [2], dtype))
    try optimizer.update(&model, along: [Tensor(zeros: [2], dtype)])
    #expect(model.weight.values == [3, -6])
  }

  @Test func scalesGradients() throws {
    // Two batches' gradients, summed and halved, are their mean; clipping sees the mean.
    var model = SingleParameter(weight: Tensor([0, 0], [2], .float64))
    var optimizer = try Optimizer.sgd(learningRate: 1, clipping: .globalNorm(100))
    let norm = try optimizer.update(&model, along: [Tensor([6, 8], [2], .float64)], scale: 0.5)
    #expect(norm == 5)
    #expect(model.weight.values == [-3, -4])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func refusesGradientsThatAreNotFinite(_ value: Double) throws {
    for (name, optimizer) in try everyOptimizer() {
      var optimizer = optimizer
      var model = TestModel(seed: 5, .float32)
      try optimizer.update(&model, along: gradients(of: model, step: 1))
      let (bits, state) = (model.bits, optimizer.momentValues)
      let bad = [Tensor(zeros: [3, 4]), Tensor([0, 1, value, 2], [4])]
      let error = #expect(throws: NonFiniteError.self) {
        try optimizer.update(&model, along: bad)
      }
      #expect(error?.name == "bias" && error?.quantity == .gradient, "\(name)")
      #expect(error.map { "\($0.value)" } == "\(value)")
      #expect(model.bits == bits && optimizer.step == 1, "\(name)")
      #expect(optimizer.momentValues == state)
    }
  }

  @Test func rateCanChangeBetweenSteps() throws {
    var model = SingleParameter(weight: Tensor([0], [1], .float64))
    var optimizer = try Optimizer.sgd(learningRate: 1)
    let gradient = Tensor([1], [1], .float64)
    try optimizer.update(&model, along: [gradient])
    optimizer.learningRate = 0.25
    try optimizer.update(&model, along: [gradient])
    #expect(model.weight.values == [-1.25])
  }

  @Test func refusesValuesOutOfRange() {
    func message(_ make: () throws(HyperparameterError) -> Optimizer) -> String? {
      do {
        _ = try make()
        return nil
      } catch {
        return "\(error)"
      }
    }
    func check(
      _ expected: String, _ make: () throws(HyperparameterError) -> Optimizer,
      _ location: SourceLocation = #_sourceLocation
    ) {
      #expect(message(make) == expected, sourceLocation: location)
    }
    check("learningRate is -1.0, it must be finite and not negative") {
      () throws(HyperparameterError) in try .sgd(learningRate: -1)
    }
    check("learningRate is nan, it must be finite and not negative") {
      () throws(HyperparameterError) in try .adam(learningRate: .nan)
    }
    check("weightDecay is inf, it must be finite and not negative") {
      () throws(HyperparameterError) in try .sgd(learningRate: 1, weightDecay: .infinity)
    }
    check("momentum is 1.0, it must be at least 0.0 and less than 1.0") {
      () throws(HyperparameterError) in try .sgd(learningRate: 1, momentum: 1)
    }
    check("momentum is 0.0, it must be positive for Nesterov's form") {
      () throws(HyperparameterError) in try .sgd(learningRate: 1, nesterov: true)
    }
    check("smoothing is -0.1, it must be at least 0.0 and less than 1.0") {
      () throws(HyperparameterError) in try .rmsProp(smoothing: -0.1)
    }
    check("epsilon is -1e-08, it must be finite and not negative") {
      () throws(HyperparameterError) in try .rmsProp(epsilon: -1e-8)
    }
    check("beta1 is 1.5, it must be at least 0.0 and less than 1.0") {
      () throws(HyperparameterError) in try .adam(beta1: 1.5)
    }
    check("beta2 is 1.0, it must be at least 0.0 and less than 1.0") {
      () throws(HyperparameterError) in try .adamW(beta2: 1)
    }
    check("decoupledDecay is -0.5, it must be finite and not negative") {
      () throws(HyperparameterError) in try .adamW(weightDecay: -0.5)
    }
    check("clipping.globalNorm is 0.0, it must be finite and positive") {
      () throws(HyperparameterError) in try .adam(clipping: .globalNorm(0))
    }
    check("clipping.value is nan, it must be finite and positive") {
      () throws(HyperparameterError) in try .adam(clipping: .value(.nan))
    }
  }
}
