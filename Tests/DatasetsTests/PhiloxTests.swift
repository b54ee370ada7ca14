import TandemDatasets
import Testing

/// The known-answer vectors of Random123 1.14 (tests/kat_vectors, philox4x32 with 10 rounds).
@Test func philoxMatchesTheKnownAnswers() {
  let zero = Philox(seed: 0).block(at: (0, 0, 0, 0))
  #expect(zero == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))

  let all = UInt32.max
  let ones = Philox(seed: .max).block(at: (all, all, all, all))
  #expect(ones == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))

  let pi = Philox(seed: 0x299F_31D0_A409_3822)
    .block(at: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344))
  #expect(pi == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
}

@Test func permutationsHoldEveryIndexOnce() {
  let random = Philox(seed: 7)
  for count in [0, 1, 2, 3, 10, 257] {
    for round in 0..<5 {
      #expect(random.permutation(of: count, round: round).sorted() == Array(0..<count))
    }
  }
}

/// Each of the 24 orders of 4 things is equally likely: chi-squared with 23 degrees of freedom
/// stays below its 99.9 % quantile, 49.73. The seed is fixed, so the outcome is too.
@Test func permutationsAreEvenlySpread() {
  let random = Philox(seed: 1)
  let rounds = 24_000
  var counts: [[Int]: Int] = [:]
  for round in 0..<rounds { counts[random.permutation(of: 4, round: round), default: 0] += 1 }
  #expect(counts.count == 24)
  let expected = Double(rounds) / 24
  let statistic = counts.values.reduce(0.0) { sum, count in
    sum + (Double(count) - expected) * (Double(count) - expected) / expected
  }
  #expect(statistic < 49.73)
}
