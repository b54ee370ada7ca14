import TandemLayers
import TandemTensors
import Testing

@Suite struct NormalizationTests {
  @Test func batchNormOfTwoVectors() {
    let layer = BatchNorm(2, epsilon: 0)
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    let x = Tensor([1.0, 10, 3, 20], [2, 2])
    #expect(layer(x, &pass).values == [-1, -1, 1, 1])
  }

  /// mean 2 and 15, sample variance 2 and 50; momentum 0.1 from 0 and 1.
  @Test func runningStatisticsTakeEffectWithCommit() {
    var layer = BatchNorm(2).converted(to: .float64)
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    _ = layer(Tensor([1, 10, 3, 20], [2, 2], .float64), &pass)
    #expect(layer.runningMean.values == [0, 0])
    #expect(layer.batchesTracked.scalar == 0)
    layer.commit(pass)
    #expect(layer.runningMean.values == [0.2, 1.5])
    #expect(layer.runningVariance.values == [0.9 + 0.2, 0.9 + 5])
    #expect(layer.batchesTracked.scalar == 1)
  }

  /// Two batches in one pass count one after the other, as when a discriminator sees a real and a
  /// generated batch in one step.
  @Test func aPassFollowsItsOwnStatistics() {
    let x = Tensor([1, 3], [2, 1], .float64)
    var twice = BatchNorm(1).converted(to: .float64)
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    _ = twice(x, &pass)
    _ = twice(x, &pass)
    twice.commit(pass)
    #expect(abs(twice.runningMean.scalar - (0.9 * 0.2 + 0.2)) < 1e-15)
    #expect(twice.batchesTracked.scalar == 2)
  }

  /// Whatever way one value came to stand in a model twice, it is two layers: the first sees the
  /// batch, mean 2 and sample variance 2, and the second the first's output, mean 0 and sample
  /// variance 2.
  @Test(arguments: 0..<4)
  func aLayerThatStandsInAModelTwiceIsTwo(_ way: Int) {
    let norm = BatchNorm(1, epsilon: 0)
    let block = Sequential { norm }
    var model: Sequential
    switch way {
    case 0:
      model = Sequential {
        norm
        norm
      }
    case 1:
      model = Sequential {
        block
        block
      }
    case 2:
      model = Sequential { norm }
      model.layers.append(norm)
    default:
      model = Sequential([norm, Activation.tanh])
      model.layers[1] = norm
    }
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    _ = model(Tensor([1.0, 3], [2, 1]), &pass)
    model.commit(pass)
    let state = model.state.filter { $0.role == .buffer }.map(\.tensor.floats)
    #expect(state == [[0.2], [0.9 + 0.1 * 2], [1], [0], [0.9 + 0.1 * 2], [1]])
  }

  /// Copies of a model are taken for what they are: what one has found the other can take over.
  @Test func aCopyCanTakeOverTheStatistics() {
    let model = Sequential { BatchNorm(1) }
    var copy = model
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    _ = Tracked(model).model(Tensor([1.0, 3], [2, 1]), &pass)
    copy.commit(pass)
    #expect(copy.state.first { $0.name == "0.running_mean" }?.tensor.floats == [0.2])
  }

  /// A container that was given the same layer twice.
  private struct Pair: Layer {
    var first: BatchNorm
    var second: BatchNorm
    func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
      second(first(x, &pass), &pass)
    }
    mutating func walk(_ walker: inout ParameterWalker) {
      walker.child("first", &first)
      walker.child("second", &second)
    }
  }

  @Test func sharedBuffersAreRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let norm = BatchNorm(1)
      var pair = Pair(first: norm, second: norm)
      var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
      _ = pair(Tensor([1.0, 3], [2, 1]), &pass)
      pair.commit(pass)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("'second.running_mean' is another layer's buffer too"), "\(text)")
  }

  @Test func separatedBuffersAreTwo() {
    let norm = BatchNorm(1)
    var pair = Pair(first: norm, second: norm)
    pair.separateBuffers()
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    _ = pair(Tensor([1.0, 3], [2, 1]), &pass)
    pair.commit(pass)
    #expect(pair.first.batchesTracked.scalar == 1 && pair.second.batchesTracked.scalar == 1)
  }

  @Test func inferenceUsesTheRunningStatistics() throws {
    var layer = BatchNorm(1, epsilon: 0)
    try layer.load([
      "weight": Tensor([3.0], [1]), "bias": Tensor([1.0], [1]),
      "running_mean": Tensor([2.0], [1]), "running_var": Tensor([4.0], [1]),
      "num_batches_tracked": Tensor(indices: [9], []),
    ])
    #expect(layer(Tensor([2.0, 6], [2, 1])).values == [1, 7])
  }

  @Test func oneElementAChannelHasVarianceZero() {
    var layer = BatchNorm(2)
    var pass = Pass.training(RandomStream(seed: 0, name: "dropout"))
    #expect(layer(Tensor([5.0, -1], [1, 2]), &pass).values == [0, 0])
    layer.commit(pass)
    #expect(layer.runningVariance.floats == [0.9, 0.9])
  }

  @Test func layerNormOfARow() {
    let layer = LayerNorm(2, epsilon: 0)
    #expect(layer(Tensor([1.0, 3, 10, 0], [2, 2])).values == [-1, 1, 1, -1])
  }

  @Test func groupsAreNeighbouringChannels() {
    let layer = GroupNorm(groups: 2, 4, epsilon: 0)
    let x = Tensor([0.0, 2, 100, 300], [1, 1, 1, 4])
    #expect(layer(x).values == [-1, 1, -1, 1])
  }

  @Test func instanceNormOfPixels() {
    let layer = InstanceNorm(2, epsilon: 0)
    let x = Tensor([0.0, 5, 2, 7], [1, 1, 2, 2])
    #expect(layer(x).values == [-1, -1, 1, 1])
  }
}
