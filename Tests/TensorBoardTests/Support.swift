import Foundation
import SwiftProtobuf
import Synchronization
import TandemRuns
import TandemTensorBoard
import Testing

/// Gives a body an empty folder and removes it afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "tandem-tensorboard-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// A new run of an experiment.
func makeRun(
  in folder: String, fileSystem: any FileSystem = LocalFileSystem()
) throws -> RunDirectory {
  let yaml = "seed: 3\ntitle: none\nnetwork: {size: 16, cell: gru, bias: true, extra: null}\n"
  var reader = ConfigurationReader(yaml: yaml, file: "experiment.yaml")
  let seed = reader.integer("seed")
  _ = reader.text("title")
  reader.section("network") {
    _ = $0.integer("size")
    _ = $0.text("cell")
    _ = $0.flag("bias")
    _ = $0.optionalText("extra")
  }
  let description = RunDescription(
    experiment: "tiny", seed: UInt64(seed), configuration: try reader.finish(), source: yaml,
    totalSteps: 12, sourceTree: nil)
  return try RunDirectory.create(in: folder, description, fileSystem: fileSystem)
}

/// A row whose metrics follow from its step and session.
func saveRow(_ step: Int, in run: RunDirectory) throws {
  let loss = 1 / Float(step) + Float(run.session)
  try run.saveMetrics(
    step: step, epoch: 0, seconds: Double(step), ["loss": loss, "rate/g": .nan])
}

/// A PNG of one grey pixel.
let pixel = Array(
  Data(
    base64Encoded: """
      iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJg\
      gg==
      """)!)

/// What a message box was told.
final class Told: Sendable {
  private let texts = Mutex<[String]>([])
  var all: [String] { texts.withLock { $0 } }
  func tell(_ text: String) { texts.withLock { $0.append(text) } }
}

/// The event files in a folder, in the order in which TensorBoard reads them.
func eventFiles(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
}

/// The events of an event file, and what is damaged in it.
func read(_ bytes: [UInt8]) -> (events: [TensorBoardEvent], skipped: [EventFile.Skipped]) {
  var events: [TensorBoardEvent] = []
  let file = EventFile(bytes) { events.append($0) }
  return (events, file.skipped)
}

/// What TensorBoard shows of a folder: the steps and values of each tag, by the rule that the
/// start of a later session drops all of its step and later ones.
struct Shown {
  var steps: [String: [Int]] = [:]
  var values: [String: [TensorBoardSummary.Value]] = [:]

  init(_ folder: String) throws {
    for file in try eventFiles(folder) {
      let content = try EventFile(contentsOf: file) { event in
        if event.sessionLog.status == .start { drop(from: Int(event.step)) }
        for value in event.summary.value {
          steps[value.tag, default: []].append(Int(event.step))
          values[value.tag, default: []].append(value)
        }
      }
      #expect(content.skipped.isEmpty, "\(file): \(content.skipped)")
    }
  }

  private mutating func drop(from step: Int) {
    for (tag, all) in steps {
      let kept = all.indices.filter { all[$0] < step }
      steps[tag] = kept.map { all[$0] }
      values[tag] = kept.map { values[tag, default: []][$0] }
    }
  }

  /// The values of a tag's scalars.
  func scalars(_ tag: String) -> [Float] { values[tag, default: []].map(\.simpleValue) }

  /// What is said of hyperparameters under a name.
  func hyperparameters(_ name: String) throws -> [TensorBoardHParams] {
    try values["_hparams_/\(name)", default: []].map {
      try TensorBoardHParams(serializedBytes: $0.metadata.pluginData.content)
    }
  }
}
