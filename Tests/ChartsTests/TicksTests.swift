import TandemCharts
import Testing

@Suite struct TicksTests {
  @Test func stepsAreOneTwoOrFive() {
    #expect(Ticks(in: 0...1, limit: 5).values == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(Ticks(in: 0...1, limit: 4).values == [0, 0.5, 1])
    #expect(Ticks(in: 0...1, limit: 10).values == (0...10).map { Double($0) / 10 })
    #expect(Ticks(in: -4...4, limit: 8).values == [-4, -3, -2, -1, 0, 1, 2, 3, 4])
    #expect(Ticks(in: -5.2...5.2, limit: 10).values == [-4, -2, 0, 2, 4])
    #expect(Ticks(in: 130...1900, limit: 4).values == [500, 1000, 1500])
  }

  @Test func labelsHaveEqualDecimalsAndATrueMinus() {
    #expect(
      Ticks(in: -1.5...1.5, limit: 6).labels == [
        "−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5",
      ])
    #expect(Ticks(in: -0.02...0.02, limit: 4).labels == ["−0.02", "−0.01", "0.00", "0.01", "0.02"])
    #expect(Ticks(in: 0...20000, limit: 2).labels == ["0", "10000", "20000"])
    #expect(Ticks(in: 0...2e9, limit: 2).labels == ["0", "1e9", "2e9"])
    #expect(Ticks(in: -2e-9...0, limit: 2).labels == ["−2e−9", "−1e−9", "0"])
  }

  @Test func everyTickIsInRangeAndNoMoreStepsThanAskedFor() {
    for limit in 1...12 {
      for length in [0.003, 0.7, 1, 2.5, 9.99, 10, 64, 1234] {
        for start in [-17.3, -1, 0, 0.1, 999] {
          let ticks = Ticks(in: start...(start + length), limit: limit)
          #expect(ticks.values.count <= limit + 1, "\(start) \(length) \(limit)")
          #expect(ticks.labels.count == ticks.values.count)
          let slack = 1e-6 * length
          for value in ticks.values {
            #expect(value >= start - slack && value <= start + length + slack)
          }
        }
      }
    }
  }

  @Test func rangesWithoutTicks() {
    #expect(Ticks(in: 1...1, limit: 5).values.isEmpty)
    #expect(Ticks(in: 0 ... .infinity, limit: 5).values.isEmpty)
    #expect(Ticks(in: 1e9...(1e9 + 1e-6), limit: 5).values.isEmpty)
    #expect(Ticks(in: 0...1, limit: 0).values.isEmpty)
    #expect(Ticks(in: 0 ... .leastNonzeroMagnitude, limit: 5).values.isEmpty)
    #expect(Ticks(in: 0...1.7e308, limit: 1).values.isEmpty)
    #expect(Ticks(in: 0.6...0.9, limit: 1).values.isEmpty)
    #expect(Ticks(in: 0...1, limit: .max).values.count == 1001)
  }
}
