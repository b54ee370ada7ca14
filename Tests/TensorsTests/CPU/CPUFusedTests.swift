import Foundation
import TandemTensors
import Testing

/// The fused kernels against their definitions, in float64 on the reference backend.
@Suite struct CPUFusedTests {
  private let cpu = CPUBackend.shared

  /// Few channels and many, part of a block and several, one row.
  private static let shapes: [Shape] = [
    [5, 3], [1, 4], [7, 1], [2, 3, 3, 64], [40, 65], [3000, 3], [1500, 64], [900, 100], [20, 5000],
    [4, 40, 40, 16],
  ]
  private static let activations: [UnaryFunction?] = [
    nil, .relu, .leakyReLU(slope: 0.2), .tanh, .sigmoid,
  ]

  /// Gradients of `sum(upstream * definition(inputs))` on the reference backend.
  private func gradients(
    _ inputs: [Tensor], upstream: Tensor, _ definition: ([Tensor]) -> Tensor
  ) -> [Tensor] {
    let leaves = inputs.map(\.exact.tracked)
    return definition(leaves).gradients(of: leaves, upstream: upstream.exact)
  }

  @Test func moments() {
    for shape in CPUFusedTests.shapes {
      let x = sample(shape) * 2 + 3
      let axes = Array(0..<(shape.rank - 1))
      let (mean, variance) = cpu.channelMoments(x)
      expectClose(mean, x.exact.mean(over: axes, keepsAxes: false), "\(shape)")
      expectClose(
        variance, x.exact.variance(over: axes, keepsAxes: false), tolerance: 4e-6, "\(shape)")
    }
  }

  /// Mean 1000, deviation 0.01: the mean of squares minus the square of the mean would be noise,
  /// since float32 resolves 0.06 at a million.
  @Test func momentsFarFromZero() {
    for shape in [[50_000, 3], [20_000, 64], [30, 4]] as [Shape] {
      let x = sample(shape) * 0.01 + 1000
      let (mean, variance) = cpu.channelMoments(x)
      expectClose(mean, x.exact.mean(over: [0], keepsAxes: false), tolerance: 1e-7)
      expectClose(variance, x.exact.variance(over: [0], keepsAxes: false), tolerance: 1e-4)
    }
    // A block whose first rows are an outlier: all of its strip is 1000, the rest is around 0.
    let outlier = Tensor(repeating: 1000, [64, 64])
    let x = Tensor.concatenate([outlier, sample([960, 64])])
    expectClose(
      cpu.channelMoments(x).variance, x.exact.variance(over: [0], keepsAxes: false),
      tolerance: 1e-5)
  }

  @Test(arguments: activations) func batchNorm(_ activation: UnaryFunction?) {
    for shape in CPUFusedTests.shapes where shape.elementCount > 2 * shape.last! {
      let channels = shape.last!
      let (x, g) = (sample(shape) * 1.5 + 0.5, sample(shape, "g"))
      let (scale, shift) = (sample([channels], "scale") * 0.3 + 1, sample([channels], "shift"))
      func definition(_ inputs: [Tensor]) -> Tensor {
        inputs[0].batchNorm(
          scale: inputs[1], shift: inputs[2], epsilon: 1e-3, activation: activation
        ).output
      }
      let (mean, variance) = cpu.channelMoments(x)
      let y = cpu.batchNorm(
        x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: 1e-3, activation)
      expectClose(y, definition([x.exact, scale.exact, shift.exact]), "\(shape)")
      // At a kink of the activation rounding decides; no element of the samples is that close.
      let gradient = cpu.batchNormGradient(
        x, mean: mean, variance: variance, scale: scale, epsilon: 1e-3, activation, output: y,
        upstream: g)
      let exact = gradients([x, scale, shift], upstream: g, definition)
      expectClose(gradient.input, exact[0], tolerance: 1e-5, "\(shape) input")
      expectClose(gradient.scale, exact[1], tolerance: 1e-5, "\(shape) scale")
      expectClose(gradient.shift, exact[2], tolerance: 1e-5, "\(shape) shift")
    }
  }

  @Test func activationGradient() {
    for shape in CPUFusedTests.shapes {
      for case let activation? in CPUFusedTests.activations {
        let output = cpu.unary(activation, sample(shape))
        let g = sample(shape, "g")
        let plain = cpu.unaryGradient(activation, saved: output, upstream: g)
        let both = cpu.activationGradient(activation, output: output, upstream: g, bias: true)
        #expect(both.input.values == plain.values)
        let axes = Array(0..<(shape.rank - 1))
        if let bias = both.bias {
          expectClose(
            bias.reshaped(to: [shape.last!]), plain.exact.sum(over: axes, keepsAxes: false),
            "\(activation) \(shape)")
        } else {
          Issue.record("no bias gradient")
        }
        let alone = cpu.activationGradient(activation, output: output, upstream: g, bias: false)
        #expect(alone.input.values == plain.values)
        #expect(alone.bias == nil)
      }
    }
  }

  private static let rows: [Shape] = [
    [1, 5], [3, 10], [2, 3, 16], [5, 17], [64, 100], [600, 130], [3, 9001], [0, 4],
  ]

  @Test func layerNorm() {
    for shape in CPUFusedTests.rows {
      let columns = shape.last!
      let (x, g) = (sample(shape) * 1.5 + 0.5, sample(shape, "g"))
      let (scale, shift) = (sample([columns], "scale") * 0.3 + 1, sample([columns], "shift"))
      func definition(_ inputs: [Tensor]) -> Tensor {
        inputs[0].layerNorm(scale: inputs[1], shift: inputs[2], epsilon: 1e-3)
      }
      expectClose(
        cpu.layerNorm(x, scale: scale, shift: shift, epsilon: 1e-3),
        definition([x.exact, scale.exact, shift.exact]), "\(shape)")
      let gradient = cpu.layerNormGradient(x, scale: scale, epsilon: 1e-3, upstream: g)
      let exact = gradients([x, scale, shift], upstream: g, definition)
      expectClose(gradient.input, exact[0], tolerance: 1e-5, "\(shape) input")
      expectClose(gradient.scale, exact[1], tolerance: 1e-5, "\(shape) scale")
      expectClose(gradient.shift, exact[2], tolerance: 1e-5, "\(shape) shift")
    }
  }

  @Test(arguments: [false, true]) func softmax(_ logarithm: Bool) {
    for shape in CPUFusedTests.rows {
      let (x, g) = (sample(shape) * 4 + 200, sample(shape, "g"))
      func definition(_ x: Tensor) -> Tensor { logarithm ? x.logSoftmax() : x.softmax() }
      let y = cpu.softmax(x, logarithm: logarithm)
      expectClose(y, definition(x.exact), "\(shape)")
      let exact = gradients([x], upstream: g) { definition($0[0]) }
      expectClose(
        cpu.softmaxGradient(y, upstream: g, logarithm: logarithm), exact[0], tolerance: 5e-6,
        "\(shape)")
    }
  }

  @Test func crossEntropy() {
    for shape in CPUFusedTests.rows where shape.rank == 2 {
      let (x, g) = (sample(shape) * 4 - 300, sample([shape[0]], "g"))
      let labels = Tensor(indices: (0..<shape[0]).map { $0 * 5 % shape[1] })
      expectClose(
        cpu.softmaxCrossEntropy(x, labels: labels), x.exact.softmaxCrossEntropy(labels: labels),
        "\(shape)")
      let exact = gradients([x], upstream: g) { $0[0].softmaxCrossEntropy(labels: labels) }
      expectClose(
        cpu.softmaxCrossEntropyGradient(x, labels: labels, upstream: g), exact[0],
        tolerance: 5e-6, "\(shape)")
    }
  }

  /// The same to the bit for any number of threads.
  @Test func threadsDoNotMatter() throws {
    let (x, g) = (sample([3000, 70]), sample([3000, 70], "g"))
    let (scale, shift) = (sample([70], "scale"), sample([70], "shift"))
    let results = try withThreads(3) {
      let (mean, variance) = cpu.channelMoments(x)
      let y = cpu.batchNorm(
        x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: 1e-5, .tanh)
      let batch = cpu.batchNormGradient(
        x, mean: mean, variance: variance, scale: scale, epsilon: 1e-5, .tanh, output: y,
        upstream: g)
      let layer = cpu.layerNormGradient(x, scale: scale, epsilon: 1e-5, upstream: g)
      let bias = cpu.activationGradient(.tanh, output: y, upstream: g, bias: true)
      return [
        y, batch.input, batch.scale, batch.shift, layer.input, layer.scale, layer.shift,
        bias.input, bias.bias!, cpu.unary(.gelu, x), cpu.softmax(x, logarithm: false),
      ].map(\.floats)
    }
    #expect(results.alone == results.together)
  }
}
