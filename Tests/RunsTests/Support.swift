import Foundation
import TandemRuns
import Testing

/// Gives a body an empty folder and removes it afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "tandem-runs-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

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

/// What a new run of an experiment is to record.
func makeDescription(_ experiment: String = "ring", tree: String? = nil) throws -> RunDescription {
  var reader = ConfigurationReader(yaml: "seed: 3", file: "experiment.yaml")
  let seed = reader.integer("seed", default: 1)
  return RunDescription(
    experiment: experiment, seed: UInt64(seed), configuration: try reader.finish(),
    source: "seed: 3", totalSteps: 100, arguments: ["tandem", "run", experiment],
    libraries: ["oneDNN": "2.6"], sourceTree: tree)
}
