import TandemHealth
import TandemRuns

/// A monitor with the thresholds of a `health` section; defaults where it says nothing.
func watch(_ subject: HealthSubject, _ yaml: String = "") throws -> HealthMonitor {
  var reader = ConfigurationReader(yaml: yaml.isEmpty ? "" : "health: \(yaml)", file: "test.yaml")
  let monitor = reader.section("health") { HealthMonitor(&$0, for: subject) }
  _ = try reader.finish()
  return monitor
}

/// A monitor in which one rule alone is switched on.
func watch(only rule: String, _ subject: HealthSubject, _ keys: String = "") throws
  -> HealthMonitor
{
  let others = try watch(subject).ruleNames.filter { $0 != rule }
  let sections = others.map { "\($0): {enabled: false}" } + ["\(rule): {\(keys)}"]
  return try watch(subject, "{\(sections.joined(separator: ", "))}")
}

/// Rows of a training, a metric to a formula: its value after so many steps, nil where the row
/// does not have it.
func rows(
  _ steps: some Sequence<Int>, _ metrics: [String: (Int) -> Double?]
) -> [HealthRow] {
  steps.map { step in HealthRow(step: step, metrics: metrics.compactMapValues { $0(step) }) }
}

extension HealthMonitor {
  /// The alerts of rows, as `rule@step`.
  mutating func alerts(_ rows: [HealthRow]) -> [String] {
    rows.flatMap { observe($0) }.map { "\($0.rule)@\($0.step)" }
  }
}

let points = HealthSubject.adversarial(.points(modes: 8))
let images = HealthSubject.adversarial(.samples)
let language = HealthSubject.sequences(
  .init("loss", better: .lower), repeatsExamples: true)
let endless = HealthSubject.sequences(
  .init("loss", better: .lower), repeatsExamples: false)
let classes = HealthSubject.sequences(
  .init("accuracy", better: .higher), repeatsExamples: true)

/// A value at every so many steps, as that of a validation or a sample.
func each(_ interval: Int, _ value: @escaping (Int) -> Double) -> (Int) -> Double? {
  { $0.isMultiple(of: interval) ? value($0) : nil }
}

/// Noise in -1 ... 1 that looks random and is a function of the step.
func noise(_ step: Int) -> Double {
  let wave = 43758.5453 * Double.pi * Double(step).squareRoot()
  return 2 * (wave - wave.rounded(.down)) - 1
}
