import TandemCharts
import Testing

@Suite struct LogarithmicTicksTests {
  @Test func decadesHaveReadableLabels() {
    let ticks = Ticks(logarithmicIn: 0.001...1e6, limit: 20)
    #expect(
      ticks.labels == ["0.001", "0.01", "0.1", "1", "10", "100", "1k", "10k", "100k", "1M"])
    #expect(ticks.values == [0.001, 0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6])
    #expect(ticks.minor.count == 9 * 8)
    #expect(ticks.minor.prefix(3) == [0.002, 0.003, 0.004])
    #expect(Ticks(logarithmicIn: 1e-8...1e-4, limit: 9).labels.first == "1e−8")
    #expect(
      Ticks(logarithmicIn: 1e9...1e13, limit: 9).labels == ["1G", "10G", "100G", "1e12", "1e13"])
  }

  @Test func manyDecadesAreThinnedAtMultiplesOfTheStride() {
    let ticks = Ticks(logarithmicIn: 1e-10...1e10, limit: 6)
    #expect(ticks.values == [1e-8, 1e-4, 1, 1e4, 1e8])
    #expect(ticks.minor.contains(1e-7) && !ticks.minor.contains(1e-8))
    #expect(ticks.minor.count == 16)
  }

  @Test func fewDecadesAreFilledWithTwosAndFives() {
    let ticks = Ticks(logarithmicIn: 0.15...6, limit: 8)
    #expect(ticks.values == [0.2, 0.5, 1, 2, 5])
    #expect(ticks.labels == ["0.2", "0.5", "1", "2", "5"])
    #expect(ticks.minor == [0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 3, 4, 6])
    // Not even those within: as on a linear axis.
    #expect(Ticks(logarithmicIn: 2.1...2.4, limit: 3).values == [2.1, 2.2, 2.3, 2.4])
  }

  @Test func rangesWithoutTicks() {
    #expect(Ticks(logarithmicIn: 0...1, limit: 5).values.isEmpty)
    #expect(Ticks(logarithmicIn: -1...1, limit: 5).values.isEmpty)
    #expect(Ticks(logarithmicIn: 2...2, limit: 5).values.isEmpty)
    #expect(Ticks(logarithmicIn: 1 ... .infinity, limit: 5).values.isEmpty)
    #expect(Ticks(logarithmicIn: 1...10, limit: 0).values.isEmpty)
  }

  @Test func largeNumbersAreShortOnRequest() {
    #expect(Ticks(in: 0...20000, limit: 2, style: .short).labels == ["0", "10k", "20k"])
    #expect(
      Ticks(in: -1.5e6...1.5e6, limit: 6, style: .short).labels == [
        "−1.5M", "−1.0M", "−0.5M", "0", "0.5M", "1.0M", "1.5M",
      ])
    #expect(Ticks(in: 0...9000, limit: 3, style: .short).labels == ["0", "5000"])
    #expect(Ticks(in: 20000...20003, limit: 3, style: .short).labels.first == "20000")
    #expect(Ticks(in: 0...2e9, limit: 2, style: .short).labels == ["0", "1G", "2G"])
  }

  @Test func numbersForReading() {
    let texts: [(Double, String)] = [
      (0, "0"), (1, "1"), (-2.5, "−2.5"), (12.345, "12.3"), (0.00012345, "0.000123"),
      (0.1 + 0.2, "0.3"), (999.9, "1k"), (1234, "1.23k"), (1.2e6, "1.2M"), (5e9, "5G"),
      (3.99e-8, "3.99e−8"), (1e15, "1e15"), (-.infinity, "−∞"),
      (.leastNonzeroMagnitude, "<1e−300"), (1.7e308, "1.7e308"), (.nan, "not a number"),
    ]
    for (value, text) in texts { #expect(Ticks.text(value) == text) }
  }
}
