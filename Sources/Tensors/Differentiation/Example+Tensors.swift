extension Example {
  /// Float64 elements of magnitude 0.1 to 1.1 and either sign, spread by a hash of `seed`: no two
  /// alike and none near zero, where several functions have a kink.
  static func tensor(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    Tensor(
      (0..<shape.elementCount).map { index in
        let bits = mixed(seed &* 0x1_0000 &+ UInt64(index))
        let magnitude = 0.1 + Double(bits >> 11) * 0x1p-53
        return bits & 1 == 0 ? magnitude : -magnitude
      }, shape, .float64)
  }

  /// Float64 elements between 0.1 and 1.1.
  static func positive(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    tensor(shape, seed: seed).absoluteValue()
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mixed(_ x: UInt64) -> UInt64 {
    var z = x &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
