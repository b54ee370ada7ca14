import CKernels

/// The counter-based generator Philox4x32-10: 128 random bits as a pure function of counter and key.
///
/// Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
package struct Philox: Sendable {
  /// One block of output, or a counter: four 32-bit words.
  package typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// The purposes numbers are drawn for; the last word of the counter keeps them independent.
  package enum Stream: UInt32, Sendable {
    case samples = 0x6461_7461
    case permutation = 0x7065_726D
    case windows = 0x7769_6E64
    case tasks = 0x7461_736B
    case validationTasks = 0x7661_6C69
    case testTasks = 0x7465_7374
    case sweeps = 0x7377_6565
  }

  private let key: (UInt32, UInt32)

  /// A generator whose key is the seed, low word first.
  package init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The block at a 128-bit counter, given word by word from the lowest.
  package func block(at counter: Block) -> Block {
    var words: Block = (0, 0, 0, 0)
    withUnsafeBytes(of: counter) { counter in
      withUnsafeBytes(of: key) { key in
        withUnsafeMutableBytes(of: &words) { words in
          tk_philox(
            counter.assumingMemoryBound(to: UInt32.self).baseAddress!,
            key.assumingMemoryBound(to: UInt32.self).baseAddress!,
            words.assumingMemoryBound(to: UInt32.self).baseAddress!)
        }
      }
    }
    return words
  }

  /// The block number `index` of a stream.
  package func block(_ stream: Stream, _ index: Int, part: UInt32 = 0) -> Block {
    block(
      at: (
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), part,
        stream.rawValue
      ))
  }

  /// A random order of 0 ..< `count`, the same for the same key and `round`: Fisher-Yates with
  /// unbiased bounds (Lemire, "Fast random integer generation in an interval", 2019).
  package func permutation(of count: Int, round: Int) -> [Int] {
    var order = Array(0..<count)
    order.withUnsafeMutableBufferPointer { order in
      var part: UInt32 = 0
      var spare: UInt64?
      func next() -> UInt64 {
        if let word = spare {
          spare = nil
          return word
        }
        let words = block(.permutation, round, part: part)
        part &+= 1
        spare = UInt64(words.2) | UInt64(words.3) << 32
        return UInt64(words.0) | UInt64(words.1) << 32
      }
      for last in stride(from: order.count - 1, to: 0, by: -1) {
        let bound = UInt64(last + 1)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
          let threshold = (0 &- bound) % bound
          while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        order.swapAt(last, Int(product.high))
      }
    }
    return order
  }
}
