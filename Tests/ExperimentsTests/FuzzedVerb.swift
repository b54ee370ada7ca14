import Foundation
import TandemComparison
import TandemExperiments
import TandemExports
import TandemReports
import TandemRuns
import TandemTensorBoard
import TestDisks

/// A run whose files go bad, and one beside it that stays as it is.
struct FuzzedRuns {
  let scratch: Scratch
  let path: String
  let other: String
  /// The step of the last checkpoint.
  let step: Int
  /// The files that go bad, below `path`.
  let files: [String]

  /// Runs of a model of names, or of a GAN.
  init(isText: Bool) throws {
    let scratch = try Scratch()
    let yaml = try isText ? SequenceExample.names.yaml(scratch) : points
    let paths = try [1, 2].map { seed in
      try run(
        try scratch.experiment(yaml, overrides: ["checkpoints={every: 3, keep: 2}"], seed: seed),
        in: scratch.path)
    }
    let report = RunReport(path: paths[0])
    let step = report.checkpoints.last ?? 0
    let checkpoint =
      "checkpoints/step-\(String(repeating: "0", count: 8 - "\(step)".count))\(step)"
    func first(in folder: String, _ isWanted: (String) -> Bool) throws -> String {
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(paths[0])/\(folder)")
      return "\(folder)/\(names.sorted().first(where: isWanted) ?? "")"
    }
    let samples = try SampleIndex.samples("\(paths[0])/samples/index.jsonl").rows
    self.scratch = scratch
    (path, other) = (paths[0], paths[1])
    self.step = step
    files = [
      "run.json", "config.resolved.json", "env.json", "metrics.jsonl", "events.jsonl",
      "samples/index.jsonl", "samples/\(samples.last?.file ?? "")", "\(checkpoint)/state.json",
      "checkpoints/last.json",
      try first(in: checkpoint) { $0.hasSuffix(".safetensors") },
      try first(in: "tensorboard") { !$0.hasSuffix(".end") },
    ]
  }
}

/// What reads a run: the functions behind a verb of the command line.
enum FuzzedVerb: CaseIterable {
  case show, sample, replay, compare, why, report, csv, jsonl, safetensors, npz, tensorBoard

  /// Does what the verb does.
  ///
  /// - Parameter file: The file that is damaged.
  /// - Returns: What is printed, and what is said of the damage, a line each.
  func carryOut(on runs: FuzzedRuns, damaged file: String?) -> (printed: [String], said: [String]) {
    do {
      return try attempt(runs, file)
    } catch {
      return ([], "\(error)".split(separator: "\n").map(String.init))
    }
  }

  private func attempt(
    _ runs: FuzzedRuns, _ file: String?
  ) throws -> (printed: [String], said: [String]) {
    let path = runs.path
    switch self {
    case .show:
      let report = RunReport(path: path)
      let table = RunTable([RunSummary(path: path)])
      return ([report.text, try report.json(), table.text], report.problems)
    case .sample:
      let run = try StoredRun(path: path)
      // A model of a damaged configuration may be a thousand times as wide.
      if run.configuration.memory.total < 1e7 { _ = try run.sampler() }
      return ([], run.notes)
    case .replay:
      // Facts of a damaged state may ask for a million tokens.
      guard file?.hasSuffix("state.json") != true,
        try StoredRun(path: path).configuration.memory.total < 1e7
      else { return ([], []) }
      let report = try ReplayReport(path: path, step: runs.step)
      return ([report.text, try report.json()], report.notes)
    case .compare:
      let comparison = try Comparison(paths: [path, runs.other])
      _ = (comparison.csv, try comparison.svg())
      let report = ComparisonReport(comparison)
      return ([report.text, try report.json()], report.notes)
    case .why:
      let report = ContrastReport(RunContrast(path, runs.other))
      return ([report.text, try report.json()], report.notes)
    case .report:
      let page = try ReportPage(runs: [path, runs.other].map(RecordedRun.init(path:)))
      return ([], page.remarks)
    case .csv, .jsonl:
      let export = try MetricsExport(path: path)
      let (form, file) = (self == .csv ? MetricsExport.Form.csv : .jsonl, "\(path).metrics")
      return ([try export.write(form, to: file, replacing: true).file], export.notes)
    case .safetensors, .npz:
      let (checkpoint, notes) = try StoredRun.checkpoint(.last, of: path)
      let export = try WeightsExport(checkpoint, of: RunSummary(path: path).id, averaged: false)
      let form = self == .npz ? WeightsExport.Form.npz : .safetensors
      return ([try export.write(form, to: "\(path).weights", replacing: true).file], notes)
    case .tensorBoard:
      let outcome = try TensorBoardExport(path: path)
        .write(to: "\(runs.scratch.path)/tensorboard", replacing: true)
      return ([outcome.file], outcome.notes)
    }
  }

  /// Whether the verb cannot pass over a file in silence that went bad in this way.
  func tells(_ damage: Damage, of file: String) -> Bool {
    switch file {
    case "run.json", "config.resolved.json":
      damage == .onlyRandom
        && [.show, .compare, .why, .csv, .jsonl, .tensorBoard].contains(self)
    default:
      file.hasPrefix("tensorboard/") && damage == .flippedBits && self == .show
    }
  }
}
