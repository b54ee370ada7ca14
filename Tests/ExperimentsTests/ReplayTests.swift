import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Samples painted again from checkpoints.
@Suite struct ReplayTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The folders of a step's samples, and whether each was painted again to the byte; nil for one
  /// that a checkpoint alone does not give.
  private func outcome(_ path: String, step: Int) throws -> [String: Bool?] {
    let report = try ReplayReport(path: path, step: step)
    #expect(report.notes == [])
    for row in report.rows {
      guard let bytes = row.bytes else { continue }
      let file = try Data(contentsOf: URL(filePath: "\(path)/samples/\(row.file)"))
      #expect(Array(file) == bytes, "\(row.file)")
    }
    let lines = report.text.split(separator: "\n")
    return Dictionary(
      uniqueKeysWithValues: zip(report.rows, lines).map { row, line in
        let tag = String(row.file.prefix { $0 != "/" })
        return (tag, row.bytes == nil ? nil : line.contains(": the same bytes, "))
      })
  }

  @Test(arguments: SequenceExample.allCases)
  func samplesOfSequencesAreTheSame(_ example: SequenceExample) throws {
    let path = try run(
      try scratch.experiment(
        try example.yaml(scratch), overrides: ["checkpoints={every: 3, keep: 9}"]),
      in: scratch.path)
    for step in [3, 6] where !example.samples.isEmpty {
      let expected = Dictionary(
        uniqueKeysWithValues: example.samples.keys.map { ($0, $0 == "forecast" ? nil : true) })
      #expect(try outcome(path, step: step) == expected)
    }
  }

  @Test func sheetsAreTheSame() throws {
    let images = try scratch.images(40, size: 8)
    for (index, yaml) in [points, denseImages(images), convolutionalImages(images)].enumerated() {
      let path = try run(
        try scratch.experiment(yaml, name: "gan\(index)", overrides: ["checkpoints={every: 2}"]),
        in: "\(scratch.path)/runs")
      let step = try #require(RunReport(path: path).checkpoints.last)
      #expect(try outcome(path, step: step) == ["fixed": true])
    }
  }

  /// A weight that is not what it was is not painted the same.
  @Test func anotherModelIsNotTheSame() throws {
    let path = try run(try scratch.experiment(points), in: scratch.path)
    let other = try run(
      try scratch.experiment(points, name: "other", seed: 5), in: "\(scratch.path)/others")
    let folder = "checkpoints/step-00000012"
    try FileManager.default.removeItem(atPath: "\(path)/\(folder)")
    try FileManager.default.copyItem(atPath: "\(other)/\(folder)", toPath: "\(path)/\(folder)")
    let report = try ReplayReport(path: path, step: 12)
    #expect(!report.isSame && report.text.contains(": DIFFERS, SHA-256 "))
  }
}
