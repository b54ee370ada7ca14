import Foundation
import TandemComparison
import TandemRuns
import Testing

/// Gives a body an empty folder and removes it afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "tandem-comparison-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

func write(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: false, encoding: .utf8)
}

/// The error that a body throws, in its one line.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

/// A row of metrics at a step, half a second and a hundredth of an epoch a step.
struct Row {
  var step: Int
  var values: [String: Double]

  init(_ step: Int, _ values: [String: Double]) {
    self.step = step
    self.values = values
  }
}

/// A run of made-up rows: its id is the day's first with `name` for its words.
@discardableResult
func makeRun(
  in folder: String, _ name: String, experiment: String = "ring", seed: UInt64 = 1,
  yaml: String = "training: {batchSize: 8}", rows: [Row], status: RunStatus = .done,
  fill: (RunDirectory) throws -> Void = { _ in }
) throws -> String {
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  let source = "\(folder)/.source.yaml"
  try write("seed: \(seed)\n\(yaml)\n", to: source)
  let run = try RunDirectory.create(
    in: folder,
    RunDescription(
      experiment: experiment, seed: seed, configuration: ConfigurationValue(contentsOf: source),
      source: yaml, totalSteps: 100, arguments: ["tandem"], sourceTree: nil),
    fileSystem: LocalFileSystem(), name: { _ in "20260101-000000-\(name)" })
  for row in rows {
    try run.metrics.append(
      step: row.step, epoch: Double(row.step) / 100, seconds: Double(row.step) / 2, row.values)
  }
  try fill(run)
  try run.finish(status)
  return run.path
}

/// Rows of the metric `loss` at steps 10, 20, ….
func rows(_ values: [Double]) -> [Row] {
  values.enumerated().map { Row(10 * ($0.offset + 1), ["loss": $0.element]) }
}

func rate(_ rate: String) -> String {
  "generator: {optimizer: {learningRate: \(rate)}}\ntraining: {batchSize: 8}"
}
