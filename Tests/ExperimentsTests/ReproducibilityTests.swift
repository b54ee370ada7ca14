import Foundation
import TandemExperiments
import TandemImages
import TandemRuns
import Testing

/// A seed decides every number and every pixel of a run.
@Suite struct ReproducibilityTests {
  let scratch: Scratch
  let images: String

  init() throws {
    scratch = try Scratch()
    images = try scratch.images(40, size: 8)
  }

  enum Case: CaseIterable {
    case points, denseImages, convolutionalImages
  }

  func yaml(_ example: Case) -> String {
    switch example {
    case .points: points
    case .denseImages: denseImages(images)
    case .convolutionalImages: convolutionalImages(images)
    }
  }

  /// The sheets of a run by name.
  func sheets(_ run: String) throws -> [String: Data] {
    let folder = "\(run)/samples/fixed"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)")))
      })
  }

  @Test(arguments: Case.allCases)
  func oneSeedGivesTheSameMetricsAndTheSameBytes(_ example: Case) throws {
    let yaml = yaml(example)
    let first = try run(scratch.experiment(yaml, seed: 5), in: "\(scratch.path)/a")
    let second = try run(scratch.experiment(yaml, seed: 5), in: "\(scratch.path)/b")
    let other = try run(scratch.experiment(yaml, seed: 6), in: "\(scratch.path)/c")

    let rows = try timelessRows(first)
    #expect(rows.count >= 6)
    #expect(try timelessRows(second) == rows)
    #expect(Set(try timelessRows(other)).isDisjoint(with: rows))

    let sheets = try sheets(first)
    #expect(sheets.count == 3)
    #expect(try self.sheets(second) == sheets)
    let others = try self.sheets(other)
    for (name, bytes) in sheets { #expect(others[name] != bytes, "\(name)") }
  }

  @Test func checkpointsAreTheSameToo() throws {
    let yaml = denseImages(images)
    let runs = try ["a", "b"].map {
      try run(scratch.experiment(yaml), in: "\(scratch.path)/\($0)") + "/checkpoints/step-00000008"
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: runs[0])
    #expect(names.count == 6)
    for name in names {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(runs[0])/\(name)", andPath: "\(runs[1])/\(name)"))
    }
  }

  @Test func aSheetSaysWhatItShows() throws {
    let path = try run(
      scratch.experiment(convolutionalImages(images), name: "squares", seed: 5), in: scratch.path)
    let png = try PNG(contentsOf: "\(path)/samples/fixed/step-00000003.png")
    let record = try RunRecord(directory: path)
    #expect(png.text(for: "experiment") == "squares")
    #expect(png.text(for: "configuration") == record.configuration)
    #expect(png.text(for: "seed") == "5")
    #expect(png.text(for: "step") == "3")
    #expect(png.text(for: "grid") == "columns=3 rows=2 cell=8x8 padding=2 scale=2")
    #expect(png.image.width == 3 * 16 + 4 * 2 && png.image.height == 2 * 16 + 3 * 2)
    // Equal sheets of two runs could not be equal files if they named their run.
    #expect(!png.text.contains { $0.value.contains(record.id) })
  }

  @Test func epochsFollowTheDataAndAnEndlessSetHasNone() throws {
    let path = try run(scratch.experiment(denseImages(images)), in: scratch.path)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    // 40 images in batches of 6 are 6 batches an epoch, and each step takes two.
    let expected = (1...8).map { step -> Double in
      let batches = 2 * step
      return Double(batches / 6) + Double(batches % 6) / 6
    }
    #expect(history.epochs == expected)
    let endless = try run(scratch.experiment(points), in: scratch.path)
    #expect(Set(try MetricsHistory(contentsOf: "\(endless)/metrics.jsonl").epochs) == [0])
  }
}
