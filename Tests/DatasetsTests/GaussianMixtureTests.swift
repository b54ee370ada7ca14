import Foundation
import TandemDatasets
import Testing

@Suite struct GaussianMixtureTests {
  @Test func ringHasItsModesOnTheCircle() throws {
    let ring = try GaussianMixture.ring(modes: 4, radius: 2, sigma: 0.01, seed: 0)
    let expected: [SIMD2<Float>] = [[2, 0], [0, 2], [-2, 0], [0, -2]]
    for (centre, place) in zip(ring.centres, expected) {
      #expect(abs(centre.x - place.x) < 1e-6 && abs(centre.y - place.y) < 1e-6)
    }
    #expect(ring.elementShape == [2])
    #expect(ring.count == nil)
    #expect(ring.classes?.count == 4)
    #expect(try GaussianMixture.ring(seed: 0).centres.count == 8)
  }

  @Test func gridGoesFromMinus4To4InStepsOf2() throws {
    let grid = try GaussianMixture.grid(seed: 0)
    let expected = (0..<25).map { SIMD2<Float>(Float($0 % 5) * 2 - 4, Float($0 / 5) * 2 - 4) }
    #expect(grid.centres == expected)
    #expect(grid.sigma == 0.05)
  }

  @Test func samplesDependOnSeedAndIndexAlone() throws {
    let ring = try GaussianMixture.ring(seed: 5)
    let far = 1 << 40
    let together = try ring.elements(at: [0, 1, 2, far, 1])
    #expect(try ring.elements(at: [far]) == Array(together[6..<8]))
    #expect(try ring.elements(at: [1]) == Array(together[2..<4]))
    #expect(Array(together[2..<4]) == Array(together[8..<10]))
    #expect(try GaussianMixture.ring(seed: 5).elements(at: [0, 1, 2, far, 1]) == together)
    #expect(try GaussianMixture.ring(seed: 6).elements(at: [0]) != Array(together[..<2]))
    #expect(try GaussianMixture.ring(seed: 5 + 1 << 32).elements(at: [0]) != Array(together[..<2]))
    #expect(Set((0..<1000).map { _ in together[0] }).count == 1)
  }

  /// Moments of 100,000 samples against their expectation, each within 5 standard errors.
  @Test func samplesHaveTheMomentsOfTheMixture() throws {
    let sigma = 0.5
    let grid = try GaussianMixture.grid(sigma: Float(sigma), seed: 3)
    let count = 100_000
    let points = try grid.elements(at: Array(0..<count))
    let labels = try grid.labels(at: Array(0..<count))
    var modes = [Int](repeating: 0, count: 25)
    var (sum, squares, product) = (SIMD2<Double>.zero, SIMD2<Double>.zero, 0.0)
    for place in 0..<count {
      let mode = Int(labels[place])
      modes[mode] += 1
      let centre = SIMD2<Double>(grid.centres[mode])
      let offset =
        (SIMD2(Double(points[2 * place]), Double(points[2 * place + 1])) - centre) / sigma
      sum += offset
      squares += offset * offset
      product += offset.x * offset.y
    }
    let n = Double(count)
    for axis in 0..<2 {
      #expect(abs(sum[axis] / n) < 5 / n.squareRoot())
      #expect(abs(squares[axis] / n - 1) < 5 * (2 / n).squareRoot())
    }
    #expect(abs(product / n) < 5 / n.squareRoot())
    for mode in modes {
      #expect(abs(Double(mode) - n / 25) < 5 * (n / 25 * 24 / 25).squareRoot())
    }
  }

  @Test func theMixtureItselfIsOfHighQuality() throws {
    let ring = try GaussianMixture.ring(seed: 11)
    let count = 100_000
    let coverage = ring.coverage(of: try ring.elements(at: Array(0..<count)))
    #expect(coverage.modesCovered == 8)
    let share = 1 - exp(-4.5)
    let error = (share * (1 - share) / Double(count)).squareRoot()
    #expect(abs(coverage.highQualityShare - share) < 5 * error)
    // 2 n KL is chi-squared with 7 degrees of freedom; 24.3 is its 99.9 % quantile.
    #expect(coverage.reverseKL >= 0 && 2 * Double(count) * coverage.reverseKL < 24.3)
  }

  @Test func coverageCountsByHand() throws {
    let mixture = try GaussianMixture(
      name: "two", centres: [[0, 0], [10, 0]], sigma: 1, seed: 0)
    let points: [Float] = [
      0, 0,  // good, mode 0
      3, 0,  // good: exactly 3 sigma
      3.001, 0,  // mode 0, too far
      9, 2,  // good, mode 1: sqrt(5) away
      .nan, 0, .infinity, 1,  // nowhere
    ]
    let coverage = mixture.coverage(of: points)
    #expect(coverage.sampleCount == 6)
    #expect(coverage.highQualityCounts == [2, 1])
    #expect(coverage.nearestCounts == [3, 1])
    #expect(coverage.modesCovered == 2)
    #expect(coverage.highQualityShare == 0.5)
    let expected = 0.75 * log(1.5) + 0.25 * log(0.5)
    #expect(abs(coverage.reverseKL - expected) < 1e-15)
  }

  @Test func reverseKLOfACollapseIsTheLogarithmOfTheModes() throws {
    let grid = try GaussianMixture.grid(seed: 0)
    let collapsed = grid.coverage(of: [Float](repeating: 4, count: 200))
    #expect(collapsed.modesCovered == 1)
    #expect(collapsed.highQualityShare == 1)
    #expect(abs(collapsed.reverseKL - log(25)) < 1e-12)
    let even = grid.coverage(of: grid.centres.flatMap { [$0.x, $0.y] })
    #expect(even.modesCovered == 25)
    #expect(abs(even.reverseKL) < 1e-12)
    #expect(grid.coverage(of: []).reverseKL.isNaN)
  }

  @Test func senselessParametersAreRefused() {
    #expect(throws: DatasetError.self) { try GaussianMixture.ring(modes: 0, seed: 0) }
    #expect(throws: DatasetError.self) { try GaussianMixture.ring(sigma: -1, seed: 0) }
    #expect(throws: DatasetError.self) { try GaussianMixture.ring(radius: .nan, seed: 0) }
    #expect(throws: DatasetError.self) { try GaussianMixture.grid(side: 0, seed: 0) }
    #expect(throws: DatasetError.self) { try GaussianMixture.ring(seed: 0).elements(at: [-1]) }
  }
}
