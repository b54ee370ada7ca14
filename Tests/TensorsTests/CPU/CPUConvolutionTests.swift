import TandemTensors
import Testing

/// The convolutions of the CPU backend against the reference one.
///
/// Elements are small multiples of 1/8, so every sum is exact in float32: the results must be
/// equal to the bit, whatever the order of the additions, and in bfloat16 equal after one
/// rounding.
@Suite struct CPUConvolutionTests {
  /// Every small geometry that fits: kernels, strides, paddings, dilations, groups and channel
  /// counts on both sides of the vector width.
  static let small: [ConvolutionGeometry] = {
    var all: [ConvolutionGeometry] = []
    for (kernelHeight, kernelWidth) in [(1, 1), (2, 3), (3, 3), (4, 4), (5, 2)] {
      for (stride, padding, dilation) in [
        (1, 0, 1), (1, 1, 1), (2, 1, 1), (3, 2, 1), (2, 0, 2), (1, 2, 2),
      ] {
        for (groups, inputs, outputs) in [(1, 1, 5), (1, 3, 1), (2, 2, 6), (1, 17, 33), (4, 1, 4)] {
          for (batch, height, width) in [(1, 9, 10), (3, 10, 9)] {
            all.append(
              ConvolutionGeometry(
                "test", input: [batch, height, width, groups * inputs],
                weight: [outputs, inputs, kernelHeight, kernelWidth], stride: stride,
                padding: padding, dilation: dilation, groups: groups))
          }
        }
      }
    }
    return all
  }()

  /// The layers of the two DCGANs at a batch small enough for the reference, and shapes next to
  /// them at which another method is chosen.
  static let layers: [ConvolutionGeometry] = [
    (2, 32, 1, 64, 4, 2, 1), (2, 16, 64, 128, 4, 2, 1), (3, 8, 128, 256, 4, 2, 1),
    (5, 4, 256, 1, 4, 1, 0), (5, 4, 256, 100, 4, 1, 0), (1, 64, 3, 64, 4, 2, 1),
    (1, 16, 128, 256, 4, 2, 1), (3, 8, 256, 512, 4, 2, 1), (7, 4, 512, 1, 4, 1, 0),
    (2, 16, 64, 64, 3, 1, 1), (2, 15, 48, 80, 3, 2, 1), (2, 13, 3, 40, 5, 3, 2),
    (2, 12, 8, 64, 3, 1, 1), (3, 7, 32, 3, 4, 2, 1), (4, 5, 32, 48, 5, 1, 0),
  ].map { batch, size, inputs, outputs, kernel, stride, padding in
    ConvolutionGeometry(
      "test", input: [batch, size, size, inputs], weight: [outputs, inputs, kernel, kernel],
      stride: stride, padding: padding, dilation: 1, groups: 1)
  }

  @Test(arguments: small + layers) func convolutionIsTheReferences(
    _ geometry: ConvolutionGeometry
  ) {
    let (x, w) = (Exact.tensor(geometry.inputShape, 1), Exact.tensor(geometry.weightShape, 2))
    Exact.expectEqual([x, w]) { $0.convolution($1[0], $1[1], geometry) }
  }

  @Test(arguments: small + layers) func transposeIsTheReferences(_ geometry: ConvolutionGeometry) {
    let (y, w) = (Exact.tensor(geometry.outputShape, 3), Exact.tensor(geometry.weightShape, 2))
    Exact.expectEqual([y, w]) { $0.convolutionTranspose($1[0], $1[1], geometry) }
  }

  @Test(arguments: small + layers) func weightGradientIsTheReferences(
    _ geometry: ConvolutionGeometry
  ) {
    let (x, y) = (Exact.tensor(geometry.inputShape, 1), Exact.tensor(geometry.outputShape, 3))
    Exact.expectEqual([x, y]) { $0.convolutionWeightGradient($1[0], $1[1], geometry) }
  }

  @Test(arguments: [
    nil, UnaryFunction.relu, .leakyReLU(slope: 0.25), .tanh, .sigmoid, .gelu, .silu, .softplus,
  ])
  func biasAndActivationAreApplied(_ activation: UnaryFunction?) {
    for geometry in CPUConvolutionTests.small.filter({ $0.batch == 3 }).striding(by: 7)
      + CPUConvolutionTests.layers
    {
      let w = Exact.tensor(geometry.weightShape, 2)
      let (x, y) = (Exact.tensor(geometry.inputShape, 1), Exact.tensor(geometry.outputShape, 3))
      let forward = Exact.tensor([geometry.outputChannels], 4)
      let backward = Exact.tensor([geometry.inputShape[3]], 4)
      let cpu = CPUBackend.shared
      Exact.expectApplied(
        activation, bias: forward, to: cpu.convolution(x, w, geometry),
        is: cpu.convolution(x, w, forward, activation, geometry))
      Exact.expectApplied(
        activation, bias: nil, to: cpu.convolution(x, w, geometry),
        is: cpu.convolution(x, w, nil, activation, geometry))
      Exact.expectApplied(
        activation, bias: backward, to: cpu.convolutionTranspose(y, w, geometry),
        is: cpu.convolutionTranspose(y, w, backward, activation, geometry))
    }
  }

  @Test func anEmptyBatchGivesAnEmptyImageAndZeroWeightGradients() {
    let geometry = ConvolutionGeometry(
      "test", input: [0, 8, 8, 3], weight: [4, 3, 3, 3], stride: 1, padding: 1, dilation: 1,
      groups: 1)
    let cpu = CPUBackend.shared
    let (x, y) = (Tensor(zeros: [0, 8, 8, 3]), Tensor(zeros: [0, 8, 8, 4]))
    let w = Tensor(ones: [4, 3, 3, 3])
    #expect(cpu.convolution(x, w, geometry).shape == [0, 8, 8, 4])
    #expect(cpu.convolutionTranspose(y, w, geometry).shape == [0, 8, 8, 3])
    #expect(
      cpu.convolutionWeightGradient(x, y, geometry).values
        == [Double](repeating: 0, count: 4 * 27))
  }

  /// Inexact sums, so that another order of additions would show.
  @Test func repeatedCallsGiveTheSameBits() {
    let geometry = CPUConvolutionTests.layers[1]
    func inexact(_ shape: Shape, _ seed: Int) -> Tensor {
      let values = Exact.tensor(shape, seed).values.map { $0 / 3 }
      return Tensor(values, shape, .float32)
    }
    let (x, w) = (inexact(geometry.inputShape, 1), inexact(geometry.weightShape, 2))
    let y = inexact(geometry.outputShape, 3)
    let cpu = CPUBackend.shared
    func all() -> [[Float]] {
      [
        cpu.convolution(x, w, geometry), cpu.convolutionTranspose(y, w, geometry),
        cpu.convolutionWeightGradient(x, y, geometry),
      ].map(\.floats)
    }
    let first = all()
    for _ in 0..<5 { #expect(all() == first) }
  }
}

extension Array {
  fileprivate func striding(by step: Int) -> [Element] {
    stride(from: 0, to: count, by: step).map { self[$0] }
  }
}
