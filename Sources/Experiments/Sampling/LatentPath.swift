#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ways from one latent vector to another.
package enum LatentPath {
  /// Vectors from `first` to `last`, both among them exactly, along the great circle between their
  /// directions.
  ///
  ///     z(t) = (sin((1 - t) w) first + sin(t w) last) / sin w        w the angle between the two
  ///
  /// A normal vector of many numbers lies near a sphere. The straight way leads through its inside,
  /// where a generator has seen nothing. Vectors in line with each other have no such circle and
  /// are joined by the straight way.
  ///
  /// Source: White, Sampling generative networks, 2016.
  package static func spherical(from first: [Float], to last: [Float], count: Int) -> [[Float]] {
    func product(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let lengths = (product(first, first) * product(last, last)).squareRoot()
    let cosine = lengths > 0 ? product(first, last) / lengths : 1
    let angle = acos(min(max(cosine, -1), 1))
    return (0..<count).map { index in
      if index == 0 { return first }
      if index == count - 1 { return last }
      let t = Double(index) / Double(count - 1)
      let shares =
        sin(angle) > 1e-6
        ? (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle)) : (1 - t, t)
      return zip(first, last).map { Float(shares.0 * Double($0) + shares.1 * Double($1)) }
    }
  }
}
