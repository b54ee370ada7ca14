import CKernels
import Foundation
import TandemTensors
import Testing

@Suite struct RandomStreamTests {
  /// The known answers that come with Random123 (Salmon et al. 2011) for philox4x32-10.
  @Test func knownAnswers() {
    let cases: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for (counter, key, words) in cases {
      var result = [UInt32](repeating: 0, count: 4)
      tk_philox(counter, key, &result)
      #expect(result == words)
    }
  }

  @Test func wordsAreThoseOfTheCounters() {
    let (key, position): (UInt64, UInt64) = (0x0123_4567_89ab_cdef, 0xffff_fffe)
    var words = [UInt32](repeating: 0, count: 1001)
    tk_random_words(&words, words.count, key, position)
    for block in 0..<250 {
      let counter = position + UInt64(block)
      var single = [UInt32](repeating: 0, count: 4)
      tk_philox(
        [UInt32(truncatingIfNeeded: counter), UInt32(counter >> 32), 0, 0],
        [0x89ab_cdef, 0x0123_4567], &single)
      #expect(Array(words[(4 * block)..<(4 * block + 4)]) == single)
    }
  }

  /// An element depends on its position alone, not on how many are drawn or by how many threads.
  @Test(arguments: [DType.float32, .float64]) func elementsDependOnTheirPositions(_ dtype: DType)
    throws
  {
    let stream = RandomStream(seed: 3, name: "test")
    for draw in [
      { (stream: inout RandomStream, count: Int) in stream.uniform([count], dtype) },
      { (stream: inout RandomStream, count: Int) in stream.normal([count], dtype) },
    ] {
      func values(_ count: Int) -> [Double] {
        var copy = stream
        return draw(&copy, count).values
      }
      let (all, together) = try withThreads(3) { values(50_001) }
      #expect(all == together)
      for count in [0, 1, 2, 3, 5, 63, 64, 65, 130] {
        #expect(values(count) == Array(all.prefix(count)))
      }
    }
  }

  @Test func aStreamGoesOnWhereItWas() {
    var whole = RandomStream(seed: 1, name: "a")
    var parts = whole
    let all = whole.uniform([12]).values
    #expect(parts.uniform([8]).values + parts.uniform([4]).values == all)
    #expect(parts == whole)
    var other = RandomStream(seed: 1, name: "b")
    #expect(other.uniform([12]).values != all)
  }

  @Test(arguments: [DType.float32, .float64]) func uniformNumbers(_ dtype: DType) {
    var stream = RandomStream(seed: 5, name: "uniform")
    let count = 200_000
    let values = stream.uniform([count], dtype).values
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    var bins = [Double](repeating: 0, count: 100)
    for value in values { bins[Int(value * 100)] += 1 }
    let expected = Double(count) / 100
    let chiSquare = bins.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // 99 degrees of freedom: mean 99, deviation 14.
    #expect(chiSquare > 50 && chiSquare < 170)
  }

  @Test(arguments: [DType.float32, .float64]) func normalNumbers(_ dtype: DType) {
    var stream = RandomStream(seed: 6, name: "normal")
    let count = 200_000
    let values = stream.normal([count], dtype).values
    func moment(_ power: Double) -> Double {
      values.reduce(0) { $0 + pow($1, power) } / Double(count)
    }
    // The deviations of the moments' estimates: sqrt(1, 2, 15, 96 / count); four of them.
    let unit = 4 / Double(count).squareRoot()
    #expect(abs(moment(1)) < unit)
    #expect(abs(moment(2) - 1) < unit * 2.0.squareRoot())
    #expect(abs(moment(3)) < unit * 15.0.squareRoot())
    #expect(abs(moment(4) - 3) < unit * 96.0.squareRoot())
    // The largest distance from the normal distribution (Kolmogorov and Smirnov, 0.1 %).
    var distance = 0.0
    for (index, value) in values.sorted().enumerated() {
      let exact = 0.5 * erfc(-value * 0.5.squareRoot())
      distance = max(distance, abs(exact - (Double(index) + 0.5) / Double(count)))
    }
    #expect(distance < 1.95 / Double(count).squareRoot())
    // The two numbers of a pair are not correlated.
    let pairs = stride(from: 0, to: count, by: 2).reduce(0) { $0 + values[$1] * values[$1 + 1] }
    #expect(abs(pairs) / Double(count / 2) < unit * 2.0.squareRoot())
  }

  /// A pair's radius and angle, computed in float64 from its two words.
  @Test func normalNumbersAreThoseOfTheirWords() {
    var words = [UInt32](repeating: 0, count: 4096)
    var normals = [Float](repeating: 0, count: 4096)
    tk_random_words(&words, 4096, 9, 17)
    tk_random_normal_f32(&normals, 4096, 9, 17)
    for pair in stride(from: 0, to: 4096, by: 2) {
      let radius = (-2 * log((Double(words[pair]) + 0.5) * 0x1p-32)).squareRoot()
      let angle = 2 * Double.pi * Double(words[pair + 1]) * 0x1p-32
      #expect(abs(Double(normals[pair]) - radius * cos(angle)) < 3e-6)
      #expect(abs(Double(normals[pair + 1]) - radius * sin(angle)) < 3e-6)
    }
  }
}
