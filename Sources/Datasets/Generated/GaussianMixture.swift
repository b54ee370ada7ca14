import Foundation

/// Points of the plane drawn from equally likely round Gaussians: the ring and the grid on which
/// collapse of modes is measured (Metz et al. 2016; Lin et al., "PacGAN", 2018).
///
/// Endless: element `index` is a pure function of (seed, index); its label is its mode.
public struct GaussianMixture: Dataset {
  /// A point of the plane.
  public typealias Point = SIMD2<Float>

  public let name: String
  public let count: Int? = nil
  public let elementShape = [2]
  public let classes: Classes?

  /// The centres of the modes.
  public let centres: [Point]
  /// The standard deviation of every mode along each axis.
  public let sigma: Float

  private let random: Philox

  /// A mixture of equally likely Gaussians around `centres`.
  ///
  /// - Throws: `DatasetError.invalid` without a centre, or when a number is not finite or `sigma`
  ///   is negative.
  public init(name: String, centres: [Point], sigma: Float, seed: UInt64) throws {
    guard !centres.isEmpty, centres.count <= Int(Int32.max) else {
      throw DatasetError.invalid(parameter: name, reason: "needs at least one mode")
    }
    guard sigma.isFinite, sigma >= 0 else {
      throw DatasetError.invalid(
        parameter: "sigma", reason: "\(sigma) is not a standard deviation (finite, 0 or more)")
    }
    guard centres.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw DatasetError.invalid(parameter: name, reason: "a mode's centre is not finite")
    }
    self.name = name
    self.centres = centres
    self.sigma = sigma
    classes = Classes(count: centres.count)
    random = Philox(seed: seed)
  }

  /// `modes` Gaussians on a circle around 0, mode k at the angle 2πk / modes.
  ///
  /// - Throws: `DatasetError.invalid` when `modes` is below 1 or a number is not finite.
  public static func ring(
    modes: Int = 8, radius: Float = 1, sigma: Float = 0.01, seed: UInt64
  ) throws -> GaussianMixture {
    guard modes >= 1 else {
      throw DatasetError.invalid(parameter: "modes", reason: "\(modes) is below 1")
    }
    let centres = (0..<modes).map { mode in
      let angle = 2 * Double.pi * Double(mode) / Double(modes)
      return Point(Float(Double(radius) * cos(angle)), Float(Double(radius) * sin(angle)))
    }
    return try GaussianMixture(name: "ring", centres: centres, sigma: sigma, seed: seed)
  }

  /// `side` x `side` Gaussians on a square grid around 0, row by row from the lowest y; the
  /// standard one has its centres at −4, −2, 0, 2, 4 along each axis.
  ///
  /// - Throws: `DatasetError.invalid` when `side` is below 1 or a number is not finite.
  public static func grid(
    side: Int = 5, spacing: Float = 2, sigma: Float = 0.05, seed: UInt64
  ) throws -> GaussianMixture {
    guard (1...10_000).contains(side) else {
      throw DatasetError.invalid(parameter: "side", reason: "\(side) is not in 1 ... 10000")
    }
    let offset = Float(side - 1) / 2
    let centres = (0..<side * side).map { mode in
      Point(Float(mode % side) - offset, Float(mode / side) - offset) * spacing
    }
    return try GaussianMixture(name: "grid", centres: centres, sigma: sigma, seed: seed)
  }

  public func read(_ indices: [Int], into elements: UnsafeMutableBufferPointer<Float>) throws {
    try check(indices, room: elements.count, each: 2)
    var offset = 0
    for index in indices {
      let words = random.block(.samples, index)
      let centre = centres[mode(of: words)]
      // Box-Muller; the first uniform number lies in (0, 1], so its logarithm is finite.
      let length = (-2 * log((Double(words.2) + 1) * 0x1p-32)).squareRoot() * Double(sigma)
      let angle = 2 * Double.pi * Double(words.3) * 0x1p-32
      elements.initializeElement(at: offset, to: Float(Double(centre.x) + length * cos(angle)))
      elements.initializeElement(at: offset + 1, to: Float(Double(centre.y) + length * sin(angle)))
      offset += 2
    }
  }

  public func readLabels(_ indices: [Int], into labels: UnsafeMutableBufferPointer<Int32>) throws {
    try check(indices, room: labels.count, each: 1)
    for (place, index) in indices.enumerated() {
      labels.initializeElement(at: place, to: Int32(mode(of: random.block(.samples, index))))
    }
  }

  /// The mode a block of random words chooses; 64 bits make the choice even to 1 part in 2^59.
  private func mode(of words: Philox.Block) -> Int {
    let choice = UInt64(words.0) | UInt64(words.1) << 32
    return Int(choice.multipliedFullWidth(by: UInt64(centres.count)).high)
  }
}
