import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Damaged runs of experiments: reports, models and samples are read as far as they go.
@Suite struct FuzzTests {
  @Test(arguments: [false, true])
  func noDamageCrashesAReader(_ isText: Bool) throws {
    let scratch = try Scratch()
    let yaml = try isText ? SequenceExample.names.yaml(scratch) : points
    let path = try run(
      try scratch.experiment(yaml, overrides: ["checkpoints={every: 3, keep: 2}"]),
      in: scratch.path)
    let step = try #require(RunReport(path: path).checkpoints.last)
    let folder = "checkpoints/step-\(String(repeating: "0", count: 8 - "\(step)".count))\(step)"
    let tensors = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
        .first { $0.hasSuffix(".safetensors") })
    let files = [
      "run.json", "config.resolved.json", "\(folder)/state.json", "\(folder)/\(tensors)",
      "samples/index.jsonl", "metrics.jsonl", "checkpoints/last.json",
    ]
    var random = SeededGenerator(isText ? 1 : 2)
    for index in 0..<700 {
      let place = "\(path)/\(files[index % files.count])"
      let original = try Data(contentsOf: URL(filePath: place))
      try damaged(original, &random).write(to: URL(filePath: place))
      let report = RunReport(path: path)
      expectText(report.text, "case \(index)")
      #expect(throws: Never.self) { try report.json() }
      _ = RunTable([RunSummary(path: path)]).text
      attempt("case \(index)") {
        let stored = try StoredRun(path: path)
        // A model of a damaged configuration may be a thousand times as wide.
        guard stored.configuration.memory.total < 1e7 else { return }
        _ = try stored.sampler()
        // Facts of a damaged state may ask for a million tokens.
        if !files[index % files.count].hasSuffix("state.json") {
          _ = try ReplayReport(path: path, step: step)
        }
      }
      try original.write(to: URL(filePath: place))
    }
    #expect(RunReport(path: path).problems == [])
    #expect(try ReplayReport(path: path, step: step).isSame)
  }

  private func damaged(_ data: Data, _ random: inout SeededGenerator) -> Data {
    var bytes = Array(data)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes.removeSubrange(place..<min(place + 20, bytes.count))
      case 2: bytes.removeSubrange(place...)
      case 3:
        // Another number in the place of one.
        let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) }
        guard let digit = digits.randomElement(using: &random) else { continue }
        let number = ["9223372036854775807", "-1", "0", "1e308", "2147483648", "77"]
          .randomElement(using: &random)
        bytes.replaceSubrange(digit...digit, with: Array((number ?? "").utf8))
      default: bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    return Data(bytes)
  }

  /// Checks that what a body throws prints as lines.
  private func attempt(_ comment: Comment, _ body: () throws -> Void) {
    do { try body() } catch { expectText("\(error)", comment) }
  }

  private func expectText(_ text: String, _ comment: Comment) {
    let isClean = text.unicodeScalars.allSatisfy {
      $0 == "\n" || $0.properties.generalCategory != .control
    }
    #expect(!text.isEmpty && isClean, "\(comment): \(text.debugDescription)")
  }
}

/// Random numbers that are the same everywhere (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
