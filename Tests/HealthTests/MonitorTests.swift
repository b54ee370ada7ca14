import Foundation
import TandemHealth
import TandemRuns
import Testing

@Suite struct MonitorTests {
  /// A game in which everything goes wrong, and one of a sequence.
  static let sick: [(HealthSubject, [HealthRow])] = [
    (
      points,
      rows(
        stride(from: 20, through: 2000, by: 20),
        [
          "accuracy/real": { $0 % 1000 < 700 ? 1 : 0.4 }, "accuracy/fake": { _ in 1 },
          "d/fake": { $0 % 1000 < 700 ? 0.001 : 0.4 },
          "gradient/g": { $0 % 1000 < 700 ? exp2(-Double($0 % 1000) / 40) : 1 },
          "diversity": each(100) { $0 % 1000 < 600 ? 0.1 : 0.9 },
          "modes/covered": each(100) { $0 % 1000 < 600 ? 1 : 8 },
        ])
    ),
    (
      language,
      rows(
        stride(from: 20, through: 8000, by: 20),
        [
          "gradient": { $0 % 1000 == 900 ? 500 : 1 + 0.2 * noise($0) },
          "loss/train": { $0 % 1000 == 900 ? 9 : 2 - 1e-4 * Double($0) },
          "loss/valid": each(100) { $0 <= 500 ? 2 : 2 + 1e-4 * Double($0 - 500) },
          "reach/l0": each(100) { $0 % 4000 < 3500 ? 1e-10 : 1e5 },
        ])
    ),
  ]

  @Test(arguments: 0..<2)
  func everyRuleOfASubjectCanSpeak(_ index: Int) throws {
    let (subject, rows) = Self.sick[index]
    var monitor = try watch(subject)
    let names = Set(rows.flatMap { monitor.observe($0) }.map(\.rule))
    #expect(names == Set(monitor.ruleNames) && names.count == (index == 0 ? 4 : 5))
  }

  /// A monitor that goes on from a checkpoint, wherever it was written, says what the one that was
  /// not interrupted says.
  @Test(arguments: 0..<2)
  func aStateThatWasStoredGoesOn(_ index: Int) throws {
    let (subject, rows) = Self.sick[index]
    var whole = try watch(subject)
    let expected = whole.alerts(rows)
    var before = try watch(subject)
    var said: [String] = []
    for place in stride(from: 0, to: rows.count, by: 7) {
      var resumed = try watch(subject)
      let stored = try JSONEncoder().encode(before.state)
      resumed.state = try JSONDecoder().decode(HealthMonitor.State.self, from: stored)
      #expect(resumed.holding == before.holding)
      #expect(said + resumed.alerts(Array(rows[place...])) == expected, "at row \(place)")
      said += before.alerts(Array(rows[place..<min(place + 7, rows.count)]))
    }
    #expect(said == expected)
  }

  /// A rule that goes on holding is heard again once it has held as long as at first.
  @Test func aRuleThatIsRearmedSpeaksAgain() throws {
    let steps = stride(from: 10, through: 3000, by: 10)
    let overpowered = rows(
      steps,
      ["accuracy/real": { _ in 1 }, "accuracy/fake": { _ in 1 }, "d/fake": { _ in 0.001 }])
    let cases: [(rule: String, subject: HealthSubject, rows: [HealthRow])] = [
      ("collapse", points, rows(steps, ["diversity": { _ in 0.1 }])),
      ("lostModes", points, rows(steps, ["modes/covered": { _ in 1 }])),
      ("overpowering", points, overpowered),
      (
        "generatorGradient", points,
        rows(steps, ["gradient/g": { _ in 1e-6 }, "d/fake": { _ in 0.01 }])
      ),
      ("explodingReach", language, rows(steps, ["reach/l0": { _ in 1e5 }])),
      ("vanishingReach", language, rows(steps, ["reach/l0": { _ in 1e-10 }])),
      (
        "overfitting", language,
        rows(
          steps,
          ["loss/train": { 2 - 1e-4 * Double($0) }, "loss/valid": { 2 + 1e-2 * Double($0) }])
      ),
    ]
    for (rule, subject, rows) in cases {
      var monitor = try watch(only: rule, subject)
      let first = try #require(monitor.alerts(rows).first, "\(rule)")
      func step(_ alert: String) throws -> Int {
        try #require(Int(alert.dropFirst(rule.count + 1)))
      }
      var again = try watch(only: rule, subject)
      var said: [String] = []
      for row in rows {
        let alerts = again.observe(row)
        said += alerts.map { "\($0.rule)@\($0.step)" }
        if !alerts.isEmpty { again.rearm() }
      }
      #expect(said.first == first && said.count > 1, "\(said)")
      let (start, second) = (try step(first), try step(said[1]))
      // A rule that compares with the first row has one row less to wait for.
      #expect((start - 10...start).contains(second - start), "\(said)")
    }
    // A notice ends nothing, and is said once.
    var plateau = try watch(only: "plateau", language)
    var notices = 0
    for row in rows(steps, ["loss/valid": { _ in 2 }]) {
      notices += plateau.observe(row).count
      plateau.rearm()
    }
    #expect(notices == 1)
  }

  @Test func aStateOfOtherRulesIsTakenAsFarAsItGoes() throws {
    var first = try watch(points, "{collapse: {patience: 1}}")
    _ = first.alerts(
      rows([100], ["diversity": { _ in 0.1 }, "modes/covered": { _ in 1 }]))
    #expect(first.holding == ["collapse"])
    let stored = try JSONEncoder().encode(first.state)
    var object = try #require(
      try JSONSerialization.jsonObject(with: stored) as? [String: Any])
    var memories = try #require(object["memories"] as? [String: Any])
    memories["ofALaterVersion"] = ["x": 1]
    object["memories"] = memories
    let changed = try JSONSerialization.data(withJSONObject: object)
    // Without the rule that held, and with one that is not known.
    var second = try watch(points, "{collapse: {enabled: false}}")
    second.state = try JSONDecoder().decode(HealthMonitor.State.self, from: changed)
    #expect(second.holding == [])
    // The look that lostModes had counted is one of its three.
    let again = rows([200, 300], ["modes/covered": { _ in 1 }])
    #expect(second.alerts(again) == ["lostModes@300"])
  }

  @Test func theRulesFollowFromTheSubject() throws {
    #expect(
      try watch(points).ruleNames == [
        "overpowering", "generatorGradient", "collapse", "lostModes",
      ])
    #expect(
      try watch(images).ruleNames == ["overpowering", "generatorGradient", "collapse"])
    #expect(
      try watch(language).ruleNames == [
        "explodingGradient", "explodingReach", "vanishingReach", "overfitting", "plateau",
      ])
    #expect(
      try watch(endless).ruleNames == [
        "explodingGradient", "explodingReach", "vanishingReach", "plateau",
      ])
    #expect(
      try watch(.classifier).ruleNames == ["explodingGradient", "overfitting", "plateau"])
    #expect(try watch(HealthSubject()).ruleNames == [])
    #expect(
      try watch(images, "{onAlert: stop, collapse: {enabled: false}}").ruleNames
        == ["overpowering", "generatorGradient"])
    #expect(try watch(images, "{onAlert: stop}").action == .stop)
    #expect(try watch(images).action == .warn)
  }

  @Test func everyThresholdIsInTheResolvedConfiguration() throws {
    var reader = ConfigurationReader(yaml: "{}", file: "test.yaml")
    _ = reader.section("health") { HealthMonitor(&$0, for: images) }
    #expect(
      try reader.finish().json == """
        {
          "health": {
            "onAlert": "warn",
            "overpowering": {
              "enabled": true,
              "threshold": 0.995,
              "release": 0.98,
              "credit": 0.02,
              "halfLife": 100,
              "after": 300
            },
            "generatorGradient": {
              "enabled": true,
              "threshold": 0.001,
              "credit": 0.1,
              "halfLife": 50
            },
            "collapse": {
              "enabled": true,
              "threshold": 0.25,
              "patience": 3
            }
          }
        }

        """)
  }

  @Test(arguments: [
    (
      "{overfitting: {patience: 2}}",
      """
      test.yaml:1:10: health.overfitting: unknown key (accepted keys: onAlert, overpowering, \
      generatorGradient, collapse)
      """
    ),
    (
      "{onAlert: halt}",
      "test.yaml:1:19: health.onAlert: expected one of warn, checkpoint, stop, found \"halt\""
    ),
    (
      "{overpowering: {release: 0.999}}",
      "test.yaml:1:34: health.overpowering.release: 0.999 is above the threshold 0.995"
    ),
  ])
  func whatIsWrongIsSaid(_ yaml: String, _ expected: String) {
    var message = "none"
    do { _ = try watch(images, yaml) } catch { message = "\(error)" }
    #expect(message == expected)
  }
}
