import TandemLayers
import TandemTensors
import Testing

/// Layers on inputs small enough to work out by hand.
@Suite struct SmallCaseTests {
  @Test func linear() {
    let layer = Linear(weight: Tensor([1.0, 2, 3, 4], [2, 2]), bias: Tensor([10.0, 20], [2]))
    #expect(layer(Tensor([1.0, 1], [1, 2])).values == [13, 27])
    #expect(layer(Tensor([1.0, 0, 0, 1], [2, 1, 2])).shape == [2, 1, 2])
  }

  @Test func convolutionOfAnEdge() {
    let layer = Conv2D(weight: Tensor([-1.0, 1], [1, 1, 1, 2]), bias: nil)
    let x = Tensor([0.0, 0, 5, 5], [1, 1, 4, 1])
    #expect(layer(x).values == [0, 5, 0])
    #expect(layer(x).shape == [1, 1, 3, 1])
  }

  @Test func transposedConvolutionSpreadsTheKernel() {
    let layer = ConvTranspose2D(
      weight: Tensor([1.0, 2, 3, 4], [1, 1, 2, 2]), bias: nil, stride: .init(2))
    let y = layer(Tensor([1.0, 10], [1, 1, 2, 1]))
    #expect(y.shape == [1, 2, 4, 1])
    #expect(y.values == [1, 2, 10, 20, 3, 4, 30, 40])
  }

  @Test func dcganLayersDoubleAndHalve() {
    var random = RandomStream(seed: 1, name: "init")
    let up = ConvTranspose2D(3, 2, kernel: 4, stride: 2, padding: 1, random: &random)
    let down = Conv2D(2, 3, kernel: 4, stride: 2, padding: 1, random: &random)
    let x = Tensor(zeros: [1, 8, 8, 3])
    #expect(up(x).shape == [1, 16, 16, 2])
    #expect(down(up(x)).shape == x.shape)
  }

  @Test func pooling() {
    let x = Tensor([1.0, 2, 3, 4], [1, 2, 2, 1])
    #expect(MaxPool2D(2)(x).values == [4])
    #expect(AveragePool2D(2)(x).values == [2.5])
    #expect(AveragePool2D(2, stride: 2, padding: 1)(x).values == [0.25, 0.5, 0.75, 1])
    #expect(
      AveragePool2D(2, stride: 2, padding: 1, countsPadding: false)(x).values == [1, 2, 3, 4])
    #expect(MaxPool2D(2, stride: 2, padding: 1)(-x).values == [-1, -2, -3, -4])
  }

  @Test func upsampling() {
    let x = Tensor([1.0, 2], [1, 1, 2, 1])
    #expect(Upsample(2)(x).values == [1, 1, 2, 2, 1, 1, 2, 2])
    #expect(Upsample(2, .bilinear)(x).values == [1, 1.25, 1.75, 2, 1, 1.25, 1.75, 2])
  }

  @Test func maxoutTakesNeighbours() {
    #expect(Maxout(pieces: 2)(Tensor([1.0, 5, 7, 2], [1, 4])).values == [5, 7])
  }

  @Test func embeddingReadsRows() {
    let layer = Embedding(weight: Tensor([0.0, 1, 10, 11], [2, 2]))
    #expect(layer(Tensor(indices: [1, 0])).values == [10, 11, 0, 1])
  }

  @Test func flattenKeepsTheChannelsInnermost() {
    let x = Tensor((0..<12).map(Double.init), [1, 2, 3, 2])
    #expect(Flatten()(x).shape == [1, 12])
    #expect(Flatten()(x).values == x.values)
    #expect(Reshape([2, 6])(x).shape == [1, 2, 6])
  }

  @Test func softmax() {
    let x = Tensor([0.0, 0, 1000, 0], [2, 2])
    #expect(Softmax()(x).values == [0.5, 0.5, 1, 0])
    #expect(Softmax(logarithm: true)(x).values[3] == -1000)
  }

  @Test func activations() {
    let x = Tensor([-1, 0, 2], [3], .float64)
    #expect(Activation.relu(x).values == [0, 0, 2])
    #expect(Activation.leakyReLU(0.5)(x).values == [-0.5, 0, 2])
    #expect(Activation.sigmoid(x).values[1] == 0.5)
    #expect(abs(Activation.softplus(x).values[1] - 0.693_147_180_559_945) < 1e-14)
    #expect(abs(Activation.tanh(x).values[2] - 0.964_027_580_075_817) < 1e-14)
    #expect(abs(Activation.gelu(x).values[2] - 1.954_499_736_103_642) < 1e-14)
    #expect(abs(Activation.silu(x).values[2] - 1.761_594_155_955_765) < 1e-14)
  }

  @Test func dropoutKeepsTheMean() {
    let x = Tensor(ones: [100, 100])
    let layer = Dropout(0.25)
    var pass = Pass.training(RandomStream(seed: 5, name: "dropout"))
    let first = layer(x, &pass)
    // 10,000 draws of variance 1/3 (in units of the output): 5 standard errors are 0.029.
    #expect(abs(first.mean().scalar - 1) < 0.029)
    #expect(Set(first.floats) == [0, 1 / 0.75])
    #expect(layer(x, &pass).values != first.values)
    var again = Pass.training(RandomStream(seed: 5, name: "dropout"))
    #expect(layer(x, &again).values == first.values)
    #expect(layer(x).values == x.values)
    #expect(Dropout(0)(x, &again).values == x.values)
  }

  @Test func descriptions() {
    var random = RandomStream(seed: 1, name: "init")
    let layers: [any Layer] = [
      Conv2D(3, 64, kernel: 4, stride: 2, padding: 1, random: &random),
      ConvTranspose2D(64, 3, kernel: 4, stride: 2, padding: 1, bias: false, random: &random),
      Conv2D(4, 4, kernel: .init(3, 2), dilation: .init(1, 2), groups: 4, random: &random),
      Linear(784, 10, random: &random), BatchNorm(64), Activation.leakyReLU(0.2),
      Activation.tanh, MaxPool2D(2), Upsample(2), Flatten(),
    ]
    #expect(
      layers.map(\.description) == [
        "Conv2D 3→64, 4x4, stride 2, padding 1",
        "ConvTranspose2D 64→3, 4x4, stride 2, padding 1, no bias",
        "Conv2D 4→4, 3x2, dilation 1x2, 4 groups",
        "Linear 784→10", "BatchNorm 64", "LeakyReLU 0.2", "Tanh", "MaxPool2D 2x2",
        "Upsample by 2, nearest", "Flatten",
      ])
  }

  @Test func operationsAreCounted() {
    var random = RandomStream(seed: 1, name: "init")
    #expect(Linear(3, 4, random: &random).operations(input: [5, 3]) == 5 * 4 * 7)
    #expect(Linear(3, 4, bias: false, random: &random).operations(input: [5, 3]) == 5 * 4 * 6)
    // 16 outputs, each of 9 * 2 products, and the bias.
    let convolution = Conv2D(2, 1, kernel: 3, padding: 1, random: &random)
    #expect(convolution.operations(input: [1, 4, 4, 2]) == 16 * (2 * 18 + 1))
    // The transpose does what the convolution does whose gradient it is.
    let transposed = ConvTranspose2D(
      1, 2, kernel: 4, stride: 2, padding: 1, bias: false, random: &random)
    let forward = Conv2D(2, 1, kernel: 4, stride: 2, padding: 1, bias: false, random: &random)
    #expect(
      transposed.operations(input: [1, 4, 4, 1]) == forward.operations(input: [1, 8, 8, 2]))
    #expect(BatchNorm(2).operations(input: [3, 2]) == 12)
  }
}
