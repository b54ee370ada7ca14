import Foundation

/// Random numbers drawn one after another, all of them a function of (seed, stream, index).
package struct PhiloxDraws {
  private let random: Philox
  private let stream: Philox.Stream
  private let index: Int
  private var part: UInt32 = 0
  private var spare: UInt64?

  /// The numbers that belong to `index` of a stream, from the first one.
  package init(_ random: Philox, _ stream: Philox.Stream, _ index: Int) {
    self.random = random
    self.stream = stream
    self.index = index
  }

  /// 64 random bits.
  package mutating func bits() -> UInt64 {
    if let spare {
      self.spare = nil
      return spare
    }
    let words = random.block(stream, index, part: part)
    part &+= 1
    spare = UInt64(words.2) | UInt64(words.3) << 32
    return UInt64(words.0) | UInt64(words.1) << 32
  }

  /// An evenly drawn number of 0 ..< `bound`; even to `bound` parts in 2^64.
  package mutating func below(_ bound: Int) -> Int {
    Int(bits().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// An evenly drawn number of [0, 1), a multiple of 2^−53.
  package mutating func uniform() -> Double {
    Double(bits() >> 11) * 0x1p-53
  }

  /// A number from the standard normal distribution, by the method of Box and Muller.
  package mutating func normal() -> Double {
    // In (0, 1], so that the logarithm is finite.
    let length = (-2 * log(1 - uniform())).squareRoot()
    return length * cos(2 * Double.pi * uniform())
  }
}
