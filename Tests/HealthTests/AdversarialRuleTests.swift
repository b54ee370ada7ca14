import Foundation
import TandemHealth
import TandemRuns
import Testing

@Suite struct AdversarialRuleTests {
  /// The mean after n steps of half the accuracy is 0.5 + 0.5 * 2^(-n/100): at n = 6 it is below
  /// the release of 0.98, and the rule may speak again once the mean is back.
  @Test func overpoweringHoldsOnceAndAgainAfterItHadCeased() throws {
    var monitor = try watch(only: "overpowering", images)
    let found = monitor.alerts(
      rows(
        1...2000,
        [
          "accuracy/real": { (400..<450).contains($0) ? 0.5 : 1 },
          "accuracy/fake": { _ in 1 }, "d/fake": { _ in 0.001 },
        ]))
    // d 2^(-k/100) <= 0.005, with d = 0.5 (1 - 2^(-50/100)).
    let deficit = 0.5 * (1 - exp2(-0.5))
    let back = Int((100 * log2(deficit / 0.005)).rounded(.up))
    #expect(found == ["overpowering@301", "overpowering@\(449 + back)"])
  }

  @Test func anAccurateDiscriminatorThatGivesCreditIsNone() throws {
    var monitor = try watch(only: "overpowering", images)
    let always: (Int) -> Double? = { _ in 1 }
    #expect(
      monitor.alerts(
        rows(
          1...2000, ["accuracy/real": always, "accuracy/fake": always, "d/fake": { _ in 0.05 }]))
        == [])
  }

  /// The half-life counts steps: rows at other intervals say the same at the same time.
  @Test(arguments: [1, 5, 20, 50])
  func howOftenRowsAreWrittenDoesNotMatter(every interval: Int) throws {
    var monitor = try watch(only: "overpowering", images)
    // 1 - 0.5 * 2^(-(n - 1000)/100) reaches 0.995 at n = 1000 + 664.4.
    let found = monitor.alerts(
      rows(
        stride(from: interval, through: 3000, by: interval),
        [
          "accuracy/real": { $0 <= 1000 ? 0.5 : 1 }, "accuracy/fake": { _ in 1 },
          "d/fake": { _ in 0.001 },
        ]))
    let step = 1000 + (665 + interval - 1) / interval * interval
    #expect(found == ["overpowering@\(step)"])
  }

  @Test func anAlertSaysWhatWasFound() throws {
    var monitor = try watch(only: "overpowering", images)
    let all = rows(
      1...301,
      ["accuracy/real": { _ in 1 }, "accuracy/fake": { _ in 1 }, "d/fake": { _ in 0.001 }])
    let alert = try #require(all.flatMap { monitor.observe($0) }.first)
    #expect(alert.severity == .warning && alert.value == 1 && alert.threshold == 0.995)
    #expect(
      "\(alert)" == """
        health, step 301: overpowering: the discriminator overpowers the generator: it judges \
        100 % of the samples rightly (threshold 99.5 %) and D(G(z)) is 0.001. Lower the \
        discriminator's learning rate or its size, smooth the labels of real samples, or add \
        dropout to it
        """)
    #expect(
      alert.event
        == .health(
          rule: "overpowering", severity: .warning, message: alert.message, value: 1,
          threshold: 0.995, advice: alert.advice))
  }

  /// 2^(-n/50) falls to a thousandth at n = 498.3; the mean that follows it falls slower: with
  /// equal rates it is (1 + n ln 2 / 50) 2^(-n/50) but for the steps' width.
  @Test func aGradientThatIsGoneIsFound() throws {
    var monitor = try watch(only: "generatorGradient", images)
    let losing = rows(
      1...2000, ["gradient/g": { exp2(-Double($0) / 50) }, "d/fake": { _ in 0.001 }])
    let found = losing.flatMap { monitor.observe($0) }
    #expect(found.map(\.rule) == ["generatorGradient"])
    var mean = 0.0
    let weight = 1 - exp2(-1.0 / 50)
    let expected = try #require(
      (1...2000).first { step in
        let value = exp2(-Double(step) / 50)
        mean = step == 1 ? value : mean + weight * (value - mean)
        return mean <= 1e-3
      })
    #expect(found.map(\.step) == [expected] && expected > 600)

    // At the end of a game between equals it is small too, and nothing is wrong.
    var equal = try watch(only: "generatorGradient", images)
    #expect(
      equal.alerts(rows(1...2000, ["gradient/g": { _ in 1e-6 }, "d/fake": { _ in 0.5 }])) == [])
  }

  @Test func aCollapseTakesThreeLooksInARow() throws {
    var monitor = try watch(only: "collapse", images)
    let diversity: [Int: Double] = [
      100: 0.9, 200: 0.2, 300: 0.2, 400: 0.9, 500: 0.2, 600: 0.1, 700: 0.05, 800: 0.1,
      // Between the threshold and the release nothing changes.
      900: 0.28, 1000: 0.2, 1100: 0.2, 1200: 0.2,
      1300: 0.31, 1400: 0.2, 1500: 0.2, 1600: 0.24,
    ]
    let all = rows(stride(from: 50, through: 1600, by: 50), ["diversity": { diversity[$0] }])
    #expect(monitor.alerts(all) == ["collapse@700", "collapse@1600"])
  }

  @Test func lostModesAreAShareOfThoseThereAre() throws {
    let covered: (Int) -> Double? = each(100) { $0 < 500 ? 2 : 3 }
    var eight = try watch(only: "lostModes", points)
    let all = rows(stride(from: 100, through: 1000, by: 100), ["modes/covered": covered])
    let found = all.flatMap { eight.observe($0) }
    #expect(found.map(\.step) == [300] && found[0].value == 0.25 && found[0].threshold == 0.33)
    var many = try watch(only: "lostModes", .adversarial(.points(modes: 25)))
    #expect(many.alerts(all) == ["lostModes@300"])
    var few = try watch(only: "lostModes", .adversarial(.points(modes: 5)))
    #expect(few.alerts(all) == [])
  }
}
