import Foundation
import TandemHealth
import TandemRuns
import Testing

@Suite struct SequenceRuleTests {
  @Test func anExplosionIsAJumpThatTheLossSuffersFrom() throws {
    let gradient: (Int) -> Double? = { ($0 == 500 || (700..<710).contains($0)) ? 60 : 0.5 }
    let suffers: (Int) -> Double? = { ($0 == 500 || (700..<710).contains($0)) ? 3 : 2 }
    var monitor = try watch(only: "explodingGradient", language)
    let all = rows(1...1000, ["gradient": gradient, "loss/train": suffers])
    let found = all.flatMap { monitor.observe($0) }
    #expect(found.map(\.step) == [500, 700])
    #expect(abs((found[0].value ?? 0) - 120) < 1e-9 && found[0].threshold == 100)

    // The loss falls: the model has begun to learn.
    var learning = try watch(only: "explodingGradient", language)
    #expect(
      learning.alerts(
        rows(1...1000, ["gradient": gradient, "loss/train": { $0 < 500 ? 2 : 1.9 }])) == [])
    // Within the first steps there is nothing to compare with.
    var early = try watch(only: "explodingGradient", language)
    #expect(
      early.alerts(
        rows(1...300, ["gradient": { $0 == 10 ? 1e6 : 1 }, "loss/train": { $0 == 10 ? 9 : 2 }]))
        == [])
  }

  @Test func anExplosionUndoesSomeOfWhatWasLearnt() throws {
    for (loss, alerts) in [(0.02, []), (0.03, ["explodingGradient@2000"])] {
      var monitor = try watch(only: "explodingGradient", language)
      // 2 has been learnt but for 0.001: a hundredth of that is 0.02.
      let found = monitor.alerts(
        rows(
          1...2500,
          [
            "gradient": { $0 == 2000 ? 60 : 0.5 },
            "loss/train": { $0 == 2000 ? loss : $0 == 1 ? 2 : 0.001 },
          ]))
      #expect(found == alerts)
    }
  }

  @Test func numbersThatAreNotFiniteCountAsExplosions() throws {
    var gradient = try watch(only: "explodingGradient", language)
    #expect(
      gradient.alerts(
        rows(
          1...300,
          ["gradient": { $0 == 200 ? .nan : 1 }, "loss/train": { $0 == 200 ? .infinity : 2 }]))
        == ["explodingGradient@200"])
    var reach = try watch(only: "explodingReach", language)
    #expect(
      reach.alerts(rows(stride(from: 100, through: 500, by: 100), ["reach/l0": { _ in .nan }]))
        == ["explodingReach@200"])
  }

  @Test func aReachThatExplodesIsThatOfAnyLayer() throws {
    var monitor = try watch(only: "explodingReach", language)
    let found = monitor.alerts(
      rows(
        stride(from: 100, through: 1000, by: 100),
        [
          "reach/l0": { _ in 1 },
          "reach/l1": { [300, 500, 600, 700, 900, 1000].contains($0) ? 2e3 : 50 },
        ]))
    #expect(found == ["explodingReach@600", "explodingReach@1000"])
  }

  @Test func aReachThatVanishesIsAFaultWhereNothingIsLearned() throws {
    let look: (Int) -> Double? = each(200) { _ in 1e-12 }
    let steps = stride(from: 20, through: 6000, by: 20)
    var stuck = try watch(only: "vanishingReach", endless)
    let level: (Int) -> Double? = each(200) { 0.17 - 0.002 * Double($0 % 3) / 3 }
    let found = rows(steps, ["reach/l0": look, "loss/valid": level]).flatMap { stuck.observe($0) }
    // The first look comes with the first validation, which is the best so far.
    #expect(found.map(\.step) == [4200] && found[0].value == 1e-12 && found[0].threshold == 1e-6)

    var learning = try watch(only: "vanishingReach", endless)
    let falling: (Int) -> Double? = each(200) { 2 * exp(-Double($0) / 2000) }
    #expect(learning.alerts(rows(steps, ["reach/l0": look, "loss/valid": falling])) == [])

    // The upper layer passes the gradient on.
    var upper = try watch(only: "vanishingReach", endless)
    #expect(
      upper.alerts(
        rows(steps, ["reach/l0": look, "reach/l1": each(200) { _ in 0.1 }, "loss/valid": level]))
        == [])
  }

  /// Validation is best at step 500 and 0.55 % worse for each 100 steps behind it: above 1 % from
  /// step 700 on.
  @Test func overfittingIsValidationThatRisesWhileTrainingFalls() throws {
    let valid: (Int) -> Double? = each(100) {
      $0 <= 500 ? 3 - 0.002 * Double($0) : 2 + 1.1e-4 * Double($0 - 500)
    }
    let steps = stride(from: 10, through: 2000, by: 10)
    var monitor = try watch(only: "overfitting", language)
    let falling = rows(steps, ["loss/valid": valid, "loss/train": { 3 - 0.001 * Double($0) }])
    let found = falling.flatMap { monitor.observe($0) }
    #expect(found.map(\.step) == [900])
    #expect(abs((found[0].value ?? 0) - 0.022) < 1e-12 && found[0].threshold == 0.01)

    var level = try watch(only: "overfitting", language)
    #expect(level.alerts(rows(steps, ["loss/valid": valid, "loss/train": { _ in 2 }])) == [])

    // A classifier's loss tells before its accuracy falls, but swings more: above 5 % from step
    // 1500 on.
    var classifier = try watch(only: "overfitting", .classifier)
    let steady: (Int) -> Double? = each(100) { _ in 0.9 }
    #expect(
      classifier.alerts(
        rows(
          steps,
          [
            "loss/valid": valid, "loss/train": { 3 - 0.001 * Double($0) },
            "accuracy/valid": steady,
          ]))
        == ["overfitting@1700"])

    // Accuracies are better when greater.
    var accuracy = try watch(only: "overfitting", classes)
    #expect(
      accuracy.alerts(
        rows(
          steps,
          [
            "accuracy/valid": each(100) { $0 <= 500 ? 0.8 : 0.8 - 1e-4 * Double($0 - 500) },
            "accuracy/train": { 0.8 + 1e-4 * Double($0) },
          ])) == ["overfitting@800"])
  }

  @Test func aPlateauIsANoticeUnlessNothingIsLeftToGain() throws {
    let steps = stride(from: 100, through: 6000, by: 100)
    var monitor = try watch(only: "plateau", endless)
    let stuck: (Int) -> Double? = { $0 == 3000 ? 0.5 : $0 < 3000 ? 1 : 0.5 - 1e-5 * noise($0) }
    let found = rows(steps, ["loss/valid": stuck]).flatMap { monitor.observe($0) }
    #expect(found.map(\.step) == [2100, 5000] && found.allSatisfy { $0.severity == .notice })
    #expect(found[0].value == 20 && found[0].threshold == 20)

    var solved = try watch(only: "plateau", endless)
    #expect(
      solved.alerts(rows(steps, ["loss/valid": { $0 < 500 ? 1 : 0.009 + 1e-3 * noise($0) }])) == [])
    var perfect = try watch(only: "plateau", classes)
    #expect(perfect.alerts(rows(steps, ["accuracy/valid": { $0 < 500 ? 0.2 : 1 }])) == [])
  }
}
