import TandemExplanations
import TandemTensors
import Testing

@Suite struct ConvolutionTests {
  private let x = Tensor(
    [
      0.0, 0.1, 0.4, 0.8, 0.3, 0.0, 0.2, 0.5, 0.9, 0.6, 0.1, 0.2, 0.1, 0.7, 1.0, 0.4, 0.0, 0.5,
      0.3, 0.6, 0.8, 0.2, 0.3, 0.7, 0.0, 0.4, 0.5, 0.1, 0.6, 0.9, 0.1, 0.2, 0.3, 0.0, 0.8, 1.0,
    ], [1, 6, 6, 1], .float64)
  private let k = Tensor(
    [0.5, 0.0, -0.5, 1.0, 0.2, -1.0, 0.4, 0.1, -0.6], [1, 1, 3, 3], .float64)
  private let b = Tensor([0.1], [1], .float64)
  private let maxTargets = Tensor([1.0, 0.0, 0.5, -0.5], [1, 2, 2, 1], .float64)
  private let meanTargets = Tensor([0.0, 0.5, 0.5, 0.0], [1, 2, 2, 1], .float64)

  private func error(_ pooled: Tensor, _ target: Tensor) -> Tensor {
    ((pooled - target).squared() * 0.5).sum()
  }

  private func ids(_ name: String, _ count: Int) -> [String] {
    (0..<count).map { "\(name).\($0)" }
  }

  /// Every number of the page against the framework's convolution and pooling.
  @Test func numbersAreTheReferenceBackends() throws {
    let page = try explanation(of: "explain-conv")
    let (x, k, b) = (x.tracked, k.tracked, b.tracked)
    let z = x.convolution(k, bias: b)
    let (m, a) = (z.maxPooled(window: 2), z.averagePooled(window: 2))
    let (maxError, meanError) = (error(m, maxTargets), error(a, meanTargets))
    let total = maxError + meanError
    expect(page, ids("z", 16), equal: z.values)
    expect(page, ids("max", 4), equal: m.values)
    expect(page, ids("mean", 4), equal: a.values)
    expect(page, ["E.max", "E.mean", "E"], equal: [maxError, meanError, total].map(\.scalar))
    let viaMax = maxError.gradients(of: [z, m], keepGraph: true)
    let viaMean = meanError.gradients(of: [z, a], keepGraph: true)
    expect(page, ids("dz.max", 16), equal: viaMax[0].values)
    expect(page, ids("dmax", 4), equal: viaMax[1].values)
    expect(page, ids("dz.mean", 16), equal: viaMean[0].values)
    expect(page, ids("dmean", 4), equal: viaMean[1].values)
    let all = total.gradients(of: [x, k, b, z])
    expect(page, ids("dz", 16), equal: all[3].values)
    expect(page, ids("dx", 36), equal: all[0].values)
    expect(page, ids("dk", 9), equal: all[1].values)
    expect(page, ["db"], equal: all[2].values)
    let (k2, b2) = (k.detached - all[1] * 0.05, b.detached - all[2] * 0.05)
    expect(page, ids("k.after", 9), equal: k2.values)
    expect(page, ["b.after"], equal: b2.values)
    let z2 = x.detached.convolution(k2, bias: b2)
    let after =
      error(z2.maxPooled(window: 2), maxTargets)
      + error(z2.averagePooled(window: 2), meanTargets)
    expect(page, ["E.after"], equal: [after.scalar])
  }

  /// What the page says of the image's gradient: the full convolution of ∂E/∂z with the turned
  /// kernel, which is the valid one of ∂E/∂z with a border of zeros.
  @Test func imageGradientIsTheFullConvolution() throws {
    let values = try explanation(of: "explain-conv").values
    let dz = Tensor(
      try ids("dz", 16).map { try #require(values[$0]) }, [1, 4, 4, 1], .float64)
    let turned = Tensor(
      try ids("turned", 9).map { try #require(values[$0]) }, [1, 1, 3, 3], .float64)
    #expect(turned.values == k.values.reversed())
    let full = dz.convolution(turned, padding: 2)
    for (id, value) in zip(ids("dx", 36), full.values) {
      #expect(try abs(#require(values[id]) - value) < 1e-15, "\(id)")
    }
  }

  /// The routing: one cell of each window gets all, the others nothing.
  @Test func maximumGetsAll() throws {
    let values = try explanation(of: "explain-conv").values
    let routed = try ids("dz.max", 16).map { try #require(values[$0]) }
    #expect(routed.count { $0 != 0 } == 4)
    let spread = try ids("dz.mean", 16).map { try #require(values[$0]) }
    let means = try ids("dmean", 4).map { try #require(values[$0]) }
    #expect(spread[0] == means[0] / 4 && spread[15] == means[3] / 4)
  }

  @Test func otherSizes() throws {
    try checkFormulas(
      try explanation(
        of: "explain-conv", "window=4", "maxTargets=[[1]]", "meanTargets=[[0.5]]"))
    try checkFormulas(
      try explanation(
        of: "explain-conv", "kernel=[[1, -1]]", "image=[[1, 2, 4], [3, 3, 0]]", "window=2",
        "maxTargets=[[1]]", "meanTargets=[[0.5]]"))
  }

  @Test func mistakesAreNamed() {
    func message(_ override: String) -> String {
      do {
        _ = try explanation(of: "explain-conv", override)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message("window=3").contains("do not tile the convolution's 4x4"))
    #expect(message("kernel=[[1, 2], [3]]").contains("kernel.1: expected 2 numbers"))
    #expect(message("image=[[1, x], [3, 4]]").contains("image.0.1: expected a number"))
    #expect(message("image=3").contains("expected a list of rows of numbers"))
    #expect(message("maxTargets=[[1]]").contains("expected a count in 2...2 of rows, found 1"))
  }
}
