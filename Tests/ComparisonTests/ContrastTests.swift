import Foundation
import TandemComparison
import TandemImages
import TandemRuns
import Testing

/// What differs between two runs.
@Suite struct ContrastTests {
  private struct State: Codable { var facts = ["words": 3] }

  private func weights(_ values: [Float], bias: Float = 1) -> SafetensorsContents {
    func entry(_ name: String, _ values: [Float]) -> SafetensorsEntry {
      SafetensorsEntry(
        name: name, type: .f32, shape: [values.count],
        bytes: values.withUnsafeBytes { Data($0) })
    }
    return SafetensorsContents([entry("0.weight", values), entry("0.bias", [bias])])
  }

  private func checkpoint(_ run: RunDirectory, _ step: Int, _ weights: SafetensorsContents) throws {
    try run.saveCheckpoint(step: step, files: ["model.safetensors": weights], state: State())
  }

  @Test func equalRunsAreSaidToBe() throws {
    try withFolder { folder in
      let paths = try ["a-a", "a-b"].map { name in
        try makeRun(in: folder, name, rows: [Row(1, ["loss": .nan, "images/s": 1])]) { run in
          try run.saveSample(tag: "text", step: 1, seed: 1, text: "words")
          try checkpoint(run, 1, weights([1, 2]))
        }
      }
      let contrast = RunContrast(paths[0], paths[1])
      #expect(contrast.isSame)
      #expect(contrast.metrics.compared == 1 && contrast.samples.compared == 1)
      #expect(contrast.checkpoints.compared == 1)
      let lines = ContrastReport(contrast).text.split(separator: "\n")
      #expect(lines.contains("metrics      the same in all 1 rows that both have"))
      #expect(lines.last == "nothing that is known of the two runs differs")
    }
  }

  @Test func theFirstDifferencesAreNamed() throws {
    try withFolder { folder in
      func rows(_ value: Double, speed: Double) -> [Row] {
        [
          Row(1, ["loss": 3, "rate": 1, "images/s": speed]),
          Row(2, ["loss": value, "rate": value, "images/s": speed]),
          Row(3, ["loss": 9 * value, "images/s": speed]),
        ]
      }
      let a = try makeRun(in: folder, "a-a", yaml: rate("1"), rows: rows(2, speed: 5)) { run in
        for step in 1...3 {
          try run.saveSample(tag: "text", step: step, seed: 1, text: step > 1 ? "a" : "same")
          try checkpoint(run, step, weights([1, step < 3 ? 2 : 7]))
        }
      }
      let b = try makeRun(
        in: folder, "a-b", seed: 2, yaml: rate("2"), rows: rows(2.5, speed: 6), status: .failed
      ) { run in
        for step in 1...3 {
          try run.saveSample(tag: "text", step: step, seed: 1, text: step > 1 ? "b" : "same")
          try checkpoint(run, step, weights([1, 2]))
        }
      }
      let contrast = RunContrast(a, b)
      #expect(!contrast.isSame)
      #expect(
        contrast.sections.first?.differences.map { [$0.name, $0.first, $0.second] } == [
          ["seed", "1", "2"], ["generator.optimizer.learningRate", "1", "2"],
        ])
      #expect(
        contrast.sections.last?.differences.map { [$0.name, $0.first, $0.second] }
          == [["status", "done", "failed"]])
      #expect(contrast.metrics.step == 2)
      #expect(
        contrast.metrics.values.map(\.name) == ["loss", "rate"]
          && contrast.metrics.values.allSatisfy { $0.first == 2 && $0.second == 2.5 })
      #expect(contrast.samples.step == 2 && contrast.samples.name == "text/step-00000002.txt")
      #expect(contrast.checkpoints.step == 3)
      #expect(contrast.checkpoints.name == "0.weight of model.safetensors")
      #expect(
        ContrastReport(contrast).text.hasSuffix(
          """
          metrics      part at step 2, in 2 of them
            loss  2  2.5
            rate  2  2.5
          samples      part with text/step-00000002.txt
          checkpoints  part at step 3, first in 0.weight of model.safetensors: 1 of 2 values
          """))
      #expect(try ContrastReport(contrast).json().contains("\"same\" : false"))
    }
  }

  @Test func picturesPartInTheirPixels() throws {
    try withFolder { folder in
      func paths(_ other: UInt8, _ names: [String]) throws -> [String] {
        try names.enumerated().map { index, name in
          try makeRun(in: folder, name, rows: rows([1])) { run in
            for step in 1...2 {
              // What the files say beside the pixels differs at once, a pixel at step 2.
              let pixel = index == 1 && step == 2 ? other : 7
              let image = try Image(width: 1, height: 1, format: .grey, pixels: [pixel])
              let png = try PNG(image, text: [PNG.Text("run", name)]).encoded()
              try run.saveSample(
                tag: "fixed", step: step, seed: 1, grid: .init(rows: 1, columns: 1), png: png)
            }
          }
        }
      }
      let same = try paths(7, ["a-a", "a-b"])
      #expect(RunContrast(same[0], same[1]).samples.step == nil)
      let apart = try paths(8, ["b-a", "b-b"])
      #expect(RunContrast(apart[0], apart[1]).samples.step == 2)
    }
  }

  @Test func environmentAndCodeAreCompared() throws {
    try withFolder { folder in
      let paths = try ["a-a", "a-b"].map { try makeRun(in: folder, $0, rows: rows([1])) }
      let place = "\(paths[1])/env.json"
      let text = try String(contentsOfFile: place, encoding: .utf8)
      let changed = text.replacing(/"cores" : \d+/, with: "\"cores\" : 12345")
      try write(changed, to: place)
      try FileManager.default.createDirectory(
        atPath: "\(paths[1])/code", withIntermediateDirectories: true)
      try write("patch", to: "\(paths[1])/code/diff.patch")
      let contrast = RunContrast(paths[0], paths[1])
      func names(_ section: String) -> [String] {
        contrast.sections.first { $0.name == section }?.differences.map(\.name) ?? []
      }
      #expect(names("environment") == ["cores"])
      #expect(names("code") == ["changes (SHA-256 of code/diff.patch)"])
      #expect(!contrast.isSame)
    }
  }

  @Test func damagedRunsAreComparedInWhatIsLeft() throws {
    try withFolder { folder in
      let paths = try ["a-a", "a-b"].map { try makeRun(in: folder, $0, rows: rows([1])) }
      for name in ["run.json", "env.json", "config.resolved.json"] {
        try write("{\"", to: "\(paths[1])/\(name)")
      }
      try write("nothing", to: "\(paths[1])/metrics.jsonl")
      let report = ContrastReport(RunContrast(paths[0], paths[1]))
      #expect(report.text.contains("metrics      no step of which both runs have a row"))
      #expect(report.notes.count == 2)
    }
  }
}
