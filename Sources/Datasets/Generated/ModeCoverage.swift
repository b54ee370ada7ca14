import Foundation

/// How well generated points cover the modes of a Gaussian mixture, as PacGAN (Lin et al. 2018,
/// section 4.1) defines it.
public struct ModeCoverage: Hashable, Sendable {
  /// The number of modes of the mixture.
  public let modeCount: Int
  /// The number of points judged.
  public let sampleCount: Int
  /// Points within 3 sigma of their nearest mode, by mode.
  public let highQualityCounts: [Int]
  /// Points nearest to each mode, whatever their distance; points that are not finite are in none.
  public let nearestCounts: [Int]

  /// The number of modes to which at least one high-quality point falls.
  public var modesCovered: Int { highQualityCounts.count { $0 > 0 } }

  /// The share of points within 3 sigma of their nearest mode, 0...1; NaN without points.
  ///
  /// The mixture itself reaches 1 − exp(−9/2) = 0.98889, for distances are taken in the plane.
  public var highQualityShare: Double {
    Double(highQualityCounts.reduce(0, +)) / Double(sampleCount)
  }

  /// KL(p ‖ uniform) = Σ p ln(p · modes) in nats, p the share of points nearest to each mode:
  /// 0 when all modes are equally likely, ln(modes) when one takes all; NaN without a finite point.
  public var reverseKL: Double {
    let total = Double(nearestCounts.reduce(0, +))
    guard total > 0 else { return .nan }
    return nearestCounts.reduce(0.0) { sum, count in
      let share = Double(count) / total
      return count == 0 ? sum : sum + share * log(share * Double(modeCount))
    }
  }
}

extension GaussianMixture {
  /// Judges points against the modes of this mixture.
  ///
  /// - Parameter points: x and y of each point in turn; an odd last number is ignored.
  public func coverage(of points: UnsafeBufferPointer<Float>) -> ModeCoverage {
    let limit = 9 * Double(sigma) * Double(sigma)
    let exact = centres.map { SIMD2<Double>($0) }
    var good = [Int](repeating: 0, count: centres.count)
    var nearest = good
    for place in 0..<points.count / 2 {
      let point = SIMD2(Double(points[2 * place]), Double(points[2 * place + 1]))
      var best = Double.infinity
      var mode: Int?
      for (candidate, centre) in exact.enumerated() {
        let difference = point - centre
        let distance = (difference * difference).sum()
        if distance < best { (best, mode) = (distance, candidate) }
      }
      guard let mode else { continue }
      nearest[mode] += 1
      if best <= limit { good[mode] += 1 }
    }
    return ModeCoverage(
      modeCount: centres.count, sampleCount: points.count / 2, highQualityCounts: good,
      nearestCounts: nearest)
  }

  /// Judges points against the modes of this mixture; x and y of each point in turn.
  public func coverage(of points: [Float]) -> ModeCoverage {
    points.withUnsafeBufferPointer(coverage(of:))
  }
}
