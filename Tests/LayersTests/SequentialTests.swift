import TandemLayers
import TandemTensors
import Testing

@Suite struct SequentialTests {
  /// Applies the layers one at a time, so that nothing is fused.
  private func unfused(_ model: Sequential, _ x: Tensor, _ pass: inout Pass) -> Tensor {
    var x = x
    for layer in model.layers { x = layer(x, &pass) }
    return x
  }

  private func model(_ activation: Activation) -> Sequential {
    var random = RandomStream(seed: 2, name: "init")
    return Sequential {
      Conv2D(2, 3, kernel: 3, padding: 1, random: &random)
      activation
      ConvTranspose2D(3, 2, kernel: 2, stride: 2, random: &random)
      activation
      Conv2D(2, 4, kernel: 2, stride: 2, bias: false, random: &random)
      BatchNorm(4)
      activation
      Flatten()
      Linear(36, 5, random: &random)
      activation
      activation
    }
  }

  @Test(arguments: [
    Activation.relu, .leakyReLU(0.2), .tanh, .sigmoid, .softplus, .gelu, .leakyReLU(0),
  ])
  func fusionChangesNothing(_ activation: Activation) {
    // In float32 the batch normalisation enlarges roundings where the activations in front leave
    // its channels little variance, as sigmoids do.
    for (dtype, tolerance) in [(DType.float64, 1e-13), (.float32, 1e-3)] {
      let network = model(activation).converted(to: dtype)
      var random = RandomStream(seed: 3, name: "data")
      let x = random.normal([4, 3, 3, 2], dtype)
      for mode in [Pass.Mode.training, .inference] {
        func run(_ body: (Sequential, Tensor, inout Pass) -> Tensor) -> [Tensor] {
          var pass = Pass(mode, random: RandomStream(seed: 0, name: "none"))
          let tracked = Tracked(network)
          let input = x.tracked
          let output = body(tracked.model, input, &pass)
          let gradients = output.squared().sum().gradients(of: [input] + tracked.parameters)
          var after = network
          after.commit(pass)
          return [output.detached] + gradients + after.state.map(\.tensor)
        }
        let fused = run { $0($1, &$2) }
        let plain = run { unfused($0, $1, &$2) }
        for (a, b) in zip(fused, plain) {
          let scale = max(b.values.reduce(0) { max($0, abs($1)) }, 1e-3)
          for (found, expected) in zip(a.values, b.values) {
            #expect(abs(found - expected) <= tolerance * scale)
          }
        }
      }
    }
  }

  /// A layer that says in its output whether it was fused.
  private struct Witness: ActivationFusing {
    func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { x }
    func callAsFunction(_ x: Tensor, _ pass: inout Pass, then activation: UnaryFunction)
      -> Tensor
    { x * 100 }
    mutating func walk(_ walker: inout ParameterWalker) {}
  }

  @Test func onlyWhatReadsItsOutputIsFused() {
    let x = Tensor([1.0], [1])
    #expect(Sequential([Witness(), Activation.relu])(x).scalar == 100)
    #expect(Sequential([Witness(), Activation.relu, Activation.relu])(x).scalar == 100)
    #expect(Sequential([Witness(), Witness(), Activation.relu])(x).scalar == 100)
    #expect(Sequential([Witness(), Activation.gelu])(x).scalar < 1)
    #expect(Sequential([Activation.relu, Witness()])(x).scalar == 1)
  }

  @Test func namesCountEveryLayer() {
    #expect(
      model(.relu).parameterNames == [
        "0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "5.weight", "5.bias", "8.weight",
        "8.bias",
      ])
  }

  @Test func theBuilderTakesConditionsAndLoops() {
    var random = RandomStream(seed: 2, name: "init")
    func network(normalized: Bool, depth: Int) -> Sequential {
      Sequential {
        for _ in 0..<depth {
          Linear(2, 2, random: &random)
          if normalized { BatchNorm(2) }
          Activation.relu
        }
        if normalized { Softmax() } else { Activation.tanh }
        [Flatten(), Reshape([2])] as [any Layer]
      }
    }
    #expect(network(normalized: true, depth: 2).layers.count == 9)
    #expect(network(normalized: false, depth: 3).layers.count == 9)
    #expect(Sequential([])(Tensor(ones: [2])).values == [1, 1])
  }

  @Test func summaryListsTheLayers() {
    let summary = model(.relu).summary(input: [2, 3, 3, 2])
    #expect(summary.parts.map(\.name) == (0..<11).map(String.init))
    #expect(
      summary.parts.map(\.summary.output) == [
        [2, 3, 3, 3], [2, 3, 3, 3], [2, 6, 6, 2], [2, 6, 6, 2], [2, 3, 3, 4], [2, 3, 3, 4],
        [2, 3, 3, 4], [2, 36], [2, 5], [2, 5], [2, 5],
      ])
    #expect(summary.operations == summary.parts.reduce(0) { $0 + $1.summary.operations })
    #expect(summary.parameterCount == model(.relu).parameterCount)
    #expect(summary.output == [2, 5])
    #expect(summary.parts[0].summary.tensors.map(\.name) == ["weight", "bias"])
    #expect(summary.tensors.map(\.gradient).count { $0 != nil } == 9)
  }

  @Test func summaryBeginsWithIndices() {
    var random = RandomStream(seed: 2, name: "init")
    let network = Sequential {
      Embedding(10, 4, random: &random)
      Linear(4, 3, random: &random)
    }
    let summary = network.summary(Tensor(indices: [0, 0, 0]))
    #expect(summary.output == [3, 3])
    #expect(summary.inputGradient == nil)
    #expect(summary.parts[1].summary.inputGradient == [3, 4])
  }

  @Test func operationsOfANetworkThatTakesIndices() {
    var random = RandomStream(seed: 2, name: "init")
    let network = Sequential {
      Flatten()
      Sequential { Embedding(10, 4, random: &random) }
      Linear(4, 3, random: &random)
    }
    #expect(network.takesIndices)
    #expect(network.operations(input: [2, 5]) == 10 * 3 * (2 * 4 + 1))
    #expect(network.summary(input: [2, 5]).output == [2, 5, 3])
    #expect(!model(.relu).takesIndices)
  }

  @Test func operationsInAnotherTypeAndOfNothing() {
    let network = model(.relu)
    let expected = network.summary(input: [2, 3, 3, 2]).operations
    #expect(expected > 0 && network.operations(input: [2, 3, 3, 2]) == expected)
    #expect(network.converted(to: .float64).operations(input: [2, 3, 3, 2]) == expected)
    #expect(Sequential([]).operations(input: [2, 3]) == 0)
    #expect(Sequential([]).summary(input: [2, 3]).operations == 0)
  }
}
