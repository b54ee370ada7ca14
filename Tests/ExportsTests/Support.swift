import Foundation
import TandemRuns
import TandemTensors
import Testing

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

/// Gives a body a run of 40 rows with checkpoints at 20 and 40, and the folder that `runs` is in;
/// all is removed afterwards.
func withRun(_ body: (_ path: String, _ folder: String) throws -> Void) throws {
  let folder = NSTemporaryDirectory() + "tandem-exports-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  var reader = ConfigurationReader(yaml: "seed: 3", file: "experiment.yaml")
  let seed = reader.integer("seed")
  let run = try RunDirectory.create(
    in: "\(folder)/runs",
    RunDescription(
      experiment: "tiny", seed: UInt64(seed), configuration: try reader.finish(),
      source: "seed: 3", sourceTree: nil))
  for step in 1...40 {
    var row = ["loss": 1 / Float(step), "rate": Float.nan]
    if step.isMultiple(of: 3) { row["modes"] = Float(step) * 1e20 }
    try run.saveMetrics(step: step, epoch: Double(step) / 7, seconds: Double(step) / 3, row)
  }
  var files = [
    "generator": [("0.bias", Tensor([1, 2, 3] as [Float], [3]))],
    "discriminator": [("0.weight", Tensor([7, 8] as [Float], [2, 1]))],
    "generator-optimizer": [("0.bias.moment1", Tensor([9] as [Float], [1]))],
    "carried": [("0", Tensor([9] as [Float], [1]))],
  ]
  for step in [20, 40] {
    if step == 40 {
      let half = Tensor([0.5, -3] as [Float], [2]).converted(to: .bfloat16)
      files["generator"]?.append(("0.half", half))
      files["average"] = [("0.bias", Tensor([4, 5, 6] as [Float], [3]))]
    }
    let contents = files.map { name, tensors in
      ("\(name).safetensors", SafetensorsContents(tensors.map { (name: $0.0, tensor: $0.1) }))
    }
    try run.saveCheckpoint(
      step: step, files: Dictionary(uniqueKeysWithValues: contents), state: ["a": 1])
  }
  try run.finish(.done)
  try body(run.path, folder)
}
