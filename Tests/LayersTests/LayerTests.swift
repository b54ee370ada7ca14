import Foundation
import TandemLayers
import TandemTensors
import Testing

/// What holds for every layer, driven by the cases of the catalogue.
@Suite struct LayerTests {
  static let cases = LayerCatalogue.cases

  @Test func catalogueNamesEveryLayerInTheSources() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Layers")
    let declaration =
      /(?:struct|class|enum|extension)\s+(\w+)\s*:\s*[^{\n]*\b(?:\w*Layer|ActivationFusing|Attention)\b/
    var declared: Set<String> = []
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)!
    for case let file as URL in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        if let match = line.firstMatch(of: declaration) { declared.insert(String(match.1)) }
      }
    }
    #expect(declared.isSuperset(of: ["Linear", "Flatten", "RecurrentStack", "LSTM"]))
    #expect(declared == Set(LayerTests.cases.map { "\(type(of: $0.layer))" }))
  }

  /// Walk and reflection find the same tensors, so that none is left out of training,
  /// checkpoints and averages.
  @Test func walkShowsEveryStoredTensor() {
    for example in LayerTests.cases {
      let shown = example.layer.state.map { $0.tensor.identity }
      let stored = storedTensors(in: example.layer).map(\.identity)
      #expect(Set(shown) == Set(stored), "\(example.name)")
      #expect(shown.count == stored.count, "\(example.name)")
    }
  }

  /// Every tensor that a value stores, however deep.
  private func storedTensors(in value: Any) -> [Tensor] {
    if let tensor = value as? Tensor { return [tensor] }
    return Mirror(reflecting: value).children.flatMap { storedTensors(in: $0.value) }
  }

  @Test func reflectionFindsAForgottenTensor() {
    struct Forgetful: Layer {
      var weight = Tensor(ones: [2])
      var forgotten: [Tensor?] = [Tensor(ones: [3])]
      func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { x * weight }
      mutating func walk(_ walker: inout ParameterWalker) {
        walker.parameter("weight", &weight)
      }
    }
    #expect(storedTensors(in: Forgetful()).count == 2)
    #expect(Forgetful().state.count == 1)
  }

  @Test func tensorsHavePyTorchsNames() {
    let affine = ["weight", "bias"]
    let running = ["running_mean", "running_var", "num_batches_tracked"]
    let expected = [
      "Conv2D": affine, "Conv2D in groups, dilated": ["weight"], "ConvTranspose2D": affine,
      "ConvTranspose2D in groups, oblong": ["weight"], "Embedding": ["weight"],
      "Linear": affine, "Linear without bias": ["weight"], "BatchNorm": affine + running,
      "GroupNorm": affine, "InstanceNorm": [], "InstanceNorm, affine": affine,
      "LayerNorm": affine,
      "LSTM": ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"],
      "GRU without bias": ["weight_ih_l0", "weight_hh_l0"],
      "LSTM, bidirectional": ["l0", "l0_reverse", "l1", "l1_reverse"].flatMap { place in
        ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { "\($0)_\(place)" }
      },
      "Sequential": ["0.weight"] + (affine + running).map { "1.\($0)" }
        + ["4.weight", "4.bias"],
    ]
    for (name, names) in expected {
      let example = LayerTests.cases.first { $0.name == name }
      #expect(example?.layer.state.map(\.name) == names, "\(name)")
    }
    for example in LayerTests.cases {
      for (name, tensor, role) in example.layer.state {
        let isStatistic = name.contains("running_") || name.contains("num_batches")
        #expect(role == (isStatistic ? .buffer : .parameter), "\(example.name), \(name)")
        #expect(tensor.dtype == (name.hasSuffix("num_batches_tracked") ? .int32 : .float64))
      }
    }
  }

  /// Central differences with respect to the input and every parameter.
  @Test func gradientsOfFirstOrder() {
    for example in LayerTests.cases {
      let (tensors, names) = example.arguments
      let floating = tensors.count { $0.dtype.isFloatingPoint }
      let inTraining = GradientCheck().firstOrder(tensors, names: names, example.output)
      let inInference = GradientCheck().firstOrder(tensors, names: names) {
        example.layer.with(parameters: Array($0.dropFirst()))($0[0])
      }
      #expect(inTraining.count == floating && inInference.count == floating)
      for result in inTraining + inInference {
        #expect(result.worstError < 1e-6, "\(example.name): \(result)")
      }
    }
  }

  /// Few elements of each argument: the second order costs a walk for every difference.
  @Test func gradientsOfSecondOrder() {
    for example in LayerTests.cases {
      let (tensors, names) = example.arguments
      var check = GradientCheck()
      check.elementLimit = 4
      for result in check.secondOrder(tensors, names: names, example.output) {
        #expect(result.worstError < 1e-5, "\(example.name): \(result)")
      }
    }
  }

  @Test func aCopyIsAModelOfItsOwn() {
    for example in LayerTests.cases {
      let before = example.layer.state.map(\.tensor.values)
      var copy: any Layer = example.layer
      copy.walk { _, tensor, _ in tensor = Tensor(zeros: tensor.shape, tensor.dtype) }
      #expect(example.layer.state.map(\.tensor.values) == before, "\(example.name)")
      #expect(copy.state.allSatisfy { $0.tensor.values.allSatisfy { $0 == 0 } })
    }
  }

  @Test func stateIsTakenOverByName() throws {
    for example in LayerTests.cases {
      var restored: any Layer = example.layer
      restored.walk { _, tensor, _ in tensor = Tensor(zeros: tensor.shape, tensor.dtype) }
      let state = example.layer.state
      var stored = Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.tensor) })
      try restored.load(stored)
      #expect(restored.state.map(\.tensor.values) == state.map(\.tensor.values))
      guard let name = state.first?.name else { continue }
      stored[name] = nil
      #expect(throws: StateMismatch.self) { try restored.load(stored) }
    }
  }

  @Test func aMismatchNamesEveryTensor() {
    var random = RandomStream(seed: 1, name: "init")
    var layer = Linear(2, 3, random: &random)
    let stored = ["weight": Tensor(zeros: [2, 3]), "scale": Tensor(zeros: [3])]
    let mismatch = #expect(throws: StateMismatch.self) { try layer.load(stored) }
    #expect(
      mismatch?.description == """
        the stored tensors do not fit the model: 'weight' has shape [2, 3], not [3, 2]; \
        'bias' is missing; 'scale' is not a tensor of this model
        """)
  }

  @Test func summaryAgreesWithThePass() {
    for example in LayerTests.cases {
      let summary = example.layer.summary(example.input)
      #expect(summary.text == example.layer.description)
      #expect(summary.input == example.input.shape)
      #expect(summary.output == example.layer(example.input).shape)
      #expect(summary.outputType == .float64)
      #expect(
        summary.inputGradient == (example.input.dtype == .int32 ? nil : example.input.shape))
      #expect(summary.parameterCount == example.layer.parameterCount)
      #expect(summary.tensors.map(\.name) == example.layer.state.map(\.name))
      for tensor in summary.tensors {
        #expect(tensor.gradient == (tensor.role == .parameter ? tensor.shape : nil))
      }
    }
  }

  @Test func convertingKeepsCountsWhole() {
    let layer = BatchNorm(2).converted(to: .float64)
    #expect(layer.weight.dtype == .float64)
    #expect(layer.runningVariance.dtype == .float64)
    #expect(layer.batchesTracked.dtype == .int32)
  }
}
