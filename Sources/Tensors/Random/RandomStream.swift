/// A named stream of random numbers that is a pure function of seed, name and position.
///
/// The generator is counter-based (Philox4x32-10): numbers are computed from their position, so a
/// stored position resumes a stream exactly, and streams of different names never disturb each
/// other: whatever draws more latents leaves the order of the data as it was.
public struct RandomStream: Sendable, Hashable, Codable {
  /// What the seed and the name hash to.
  public let key: UInt64
  /// Blocks of four 32-bit words drawn so far.
  public private(set) var position: UInt64

  /// The stream `name` of a seed, from its start.
  public init(seed: UInt64, name: String) {
    // FNV-1a over the seed's and the name's bytes: stable across runs, unlike `Hasher`.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let seedBytes = (0..<8).map { UInt8(truncatingIfNeeded: seed >> (8 * UInt64($0))) }
    for byte in seedBytes + Array(name.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    key = hash
    position = 0
  }

  /// A stream of its own for part `name` of what this one stands for, independent of how much has
  /// been drawn.
  public func child(_ name: String) -> RandomStream { RandomStream(seed: key, name: name) }

  /// Numbers spread evenly over `range`, the upper end excluded.
  public mutating func uniform(
    _ shape: Shape, in range: Range<Double> = 0..<1, _ dtype: DType = .float32
  ) -> Tensor {
    let width = range.upperBound - range.lowerBound
    let unit = drawUniform(shape, dtype)
    return range == 0..<1 ? unit : unit.scaled(by: width, plus: range.lowerBound)
  }

  /// Normally distributed numbers.
  public mutating func normal(
    _ shape: Shape, mean: Double = 0, deviation: Double = 1, _ dtype: DType = .float32
  ) -> Tensor {
    let standard = drawNormal(shape, dtype)
    return mean == 0 && deviation == 1 ? standard : standard.scaled(by: deviation, plus: mean)
  }

  /// A number in `0 ..< bound`, each equally likely.
  public mutating func integer(below bound: Int) -> Int {
    require(bound > 0, "random integer below \(bound)")
    // Products of 64 random bits with the bound; the few that would favour small numbers are
    // drawn again (Lemire 2019).
    let bound = UInt64(bound)
    let threshold = (0 &- bound) % bound
    while true {
      let (high, low) = bound.multipliedFullWidth(by: nextWord())
      if low >= threshold { return Int(high) }
    }
  }

  /// The numbers `0 ..< count` in random order (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var result = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      result.swapAt(last, integer(below: last + 1))
    }
    return result
  }

  /// Moves on by `count` blocks and returns the position before.
  mutating func advance(_ count: Int) -> UInt64 {
    defer { position &+= UInt64(count) }
    return position
  }
}
