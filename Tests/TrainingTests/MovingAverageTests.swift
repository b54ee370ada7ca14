import TandemLayers
import TandemTensors
import TandemTraining
import Testing

struct MovingAverageTests {
  @Test(arguments: [DType.float64, .float32])
  func averagesAsDefined(_ dtype: DType) throws {
    var model = SingleParameter(weight: Tensor([8, -4], [2], dtype))
    var average = try MovingAverage(of: model, decay: 0.75)
    model.weight = Tensor([0, 0], [2], dtype)
    average.update(toward: model)
    #expect(average.model.weight.values == [6, -3])
    model.weight = Tensor([-2, 5], [2], dtype)
    average.update(toward: model)
    #expect(average.model.weight.values == [4, -1])
    #expect(average.updateCount == 2)
  }

  @Test func warmsUp() throws {
    let model = SingleParameter(weight: Tensor([0], [1], .float64))
    var average = try MovingAverage(of: model, decay: 0.3, warmsUp: true)
    var decays: [Double] = []
    for _ in 0..<5 {
      decays.append(average.nextDecay)
      average.update(toward: model)
    }
    let expected: [Double] = [0.1, 2 / 11, 0.25, 0.3, 0.3]
    #expect(decays == expected)
  }

  @Test(arguments: [DType.float64, .float32])
  func isACopy(_ dtype: DType) throws {
    var model = TestModel(seed: 1, dtype)
    var optimizer = try Optimizer.adam(learningRate: 0.1)
    var average = try MovingAverage(of: model, decay: 0.9)
    let initial = model.bits
    try optimizer.update(&model, along: gradients(of: model, step: 1))
    #expect(average.model.bits == initial)
    let trained = model.bits
    average.update(toward: model)
    #expect(model.bits == trained)
    let (copy, bits) = (average, average.model.bits)
    average.update(toward: model)
    #expect(copy.model.bits == bits && average.model.bits != bits)
  }

  @Test func averagesRunningStatistics() throws {
    var model = TestModel(seed: 1)
    var average = try MovingAverage(of: model, decay: 0.75)
    model.inner.runningMean = Tensor(ones: [4], .float64)
    average.update(toward: model)
    #expect(average.model.inner.runningMean.values == [0.25, 0.25, 0.25, 0.25])
  }

  @Test(.enabled(if: DType.float32.backend.fused != nil, "needs a backend with fused kernels"))
  func averagesInPlace() throws {
    var average = try MovingAverage(of: TestModel(seed: 1, .float32), decay: 0.9)
    let target = TestModel(seed: 2, .float32)
    average.update(toward: target)
    let identities = average.model.parameters.map(\.identity)
    average.update(toward: target)
    #expect(average.model.parameters.map(\.identity) == identities)
  }

  @Test(arguments: [DType.float64, .float32])
  func resumesToTheBit(_ dtype: DType) throws {
    let models = (0..<6).map { TestModel(seed: $0, dtype) }
    var average = try MovingAverage(of: models[0], decay: 0.4, warmsUp: true)
    var saved: [(tensors: [String: Tensor], count: Int)] = []
    for model in models {
      let tensors = average.model.state.map { ($0.name, $0.tensor) }
      saved.append((Dictionary(uniqueKeysWithValues: tensors), average.updateCount))
      average.update(toward: model)
    }
    for (start, state) in saved.enumerated() {
      var resumed = try MovingAverage(of: models[3], decay: 0.4, warmsUp: true)
      try resumed.load(state.tensors, updateCount: state.count)
      for model in models[start...] { resumed.update(toward: model) }
      #expect(resumed.model.bits == average.model.bits)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let model = SingleParameter(weight: Tensor([0], [1]))
    #expect(throws: HyperparameterError.self) { try MovingAverage(of: model, decay: 1) }
    #expect(throws: HyperparameterError.self) { try MovingAverage(of: model, decay: .nan) }
    var average = try MovingAverage(of: model, decay: 0.5)
    #expect(throws: StateMismatch.self) { try average.load([:], updateCount: 3) }
    #expect(average.updateCount == 0)
  }
}
