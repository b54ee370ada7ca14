import Foundation
import TandemRuns
import Testing

/// Trainings that are killed at any moment, a hundred times in all, end as undisturbed ones: with
/// the same weights, metrics and pictures, to the bit.
@Suite(.serialized) struct KillTests {
  let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// Kills of each experiment.
  static let kills = 20

  /// Small experiments that hold between steps all that there is to hold.
  enum Example: String, CaseIterable {
    /// A GAN with a moving average, batch statistics, dropout and more steps of the discriminator.
    case ring
    /// A language model with dropout, its state carried over windows of varying length.
    case text
    /// Endless data, and a learning rate that falls on a plateau.
    case adding
    /// A language model by SGD whose weights are averaged from some validation on.
    case averaging
    /// A classifier that is tuned by synthetic gradients behind a pre-training with other classes.
    case tuning
  }

  /// The configuration, its data written into the workplace.
  func yaml(_ example: Example) throws -> String {
    let rest = """
      metrics: {every: 2}
      checkpoints: {every: 3, keep: 2, keepEvery: 12}
      """
    switch example {
    case .ring:
      return """
        data: {kind: ring, sigma: 0.1}
        latent: {size: 2}
        generator:
          network: {kind: mlp, hidden: [8], batchNorm: true, dropout: 0.1}
          average: {decay: 0.9}
        discriminator:
          network: {kind: mlp, hidden: [8], dropout: 0.2}
          optimizer: {kind: sgd, learningRate: 0.01, momentum: 0.9}
          steps: 2
          warmUpSteps: 3
        training: {steps: 24, batchSize: 16}
        samples: {every: 8, count: 50}
        \(rest)
        """
    case .text, .averaging:
      let lines = (0..<90).map { "the line \($0 * $0) of a text\n" }.joined()
      try workplace.write(lines, to: "\(example.rawValue)/text.txt")
      let isAveraging = example == .averaging
      return """
        kind: languageModel
        data: {path: text.txt, validation: 0.1}
        network:
          {cell: lstm, size: 6, layers: 2, tied: true, embedding: 6,
           dropout: {embedding: 0.1, input: 0.1, between: 0.2, output: 0.2, locked: true}}
        optimizer: \(isAveraging ? "{kind: sgd, learningRate: 10}" : "{kind: adamW, clipNorm: 1}")
        training:
          {steps: 24, batchSize: 4, window: 9, windowVariation: {deviation: 2}
           \(isAveraging ? ", averaging: {patience: 0}" : "")}
        validation: {every: 4}
        samples: {every: 8, length: 12, prime: "the "}
        \(rest)
        """
    case .tuning:
      let places = 0..<80
      let pixels = places.flatMap { index in
        (0..<36).map { UInt8((index % 4 == $0 / 9 ? 160 : 20) + ($0 * 7 + index * 13) % 70) }
      }
      try workplace.write(
        [0, 0, 8, 3, 0, 0, 0, 80, 0, 0, 0, 6, 0, 0, 0, 6] + pixels, to: "tuning/images.idx")
      try workplace.write(
        [0, 0, 8, 1, 0, 0, 0, 80] + places.map { UInt8($0 % 4) }, to: "tuning/labels.idx")
      return """
        kind: classifier
        data:
          {kind: idx, images: images.idx, labels: labels.idx, size: 6, testShare: 0.25,
           classes: [2, 3]}
        pretraining: {classes: [0, 1], steps: 8}
        network: {kind: mlp, hidden: [6], batchNorm: true, dropout: 0.2}
        learningRule: {kind: syntheticGradients, hidden: 4, compareEvery: 3}
        training: {steps: 16, batchSize: 5}
        validation: {every: 4}
        samples: {every: 8, count: 4}
        \(rest)
        """
    case .adding:
      return """
        kind: adding
        data: {steps: 9, validationBatches: 2}
        network: {cell: gru, size: 5, layers: 2, dropout: {output: 0.2, locked: true}}
        optimizer: {clipValue: 0.1, schedule: {kind: plateau, patience: 0, factor: 0.5}}
        training: {steps: 24, batchSize: 4}
        validation: {every: 4}
        samples: {every: 8}
        \(rest)
        """
    }
  }

  @Test(arguments: Example.allCases)
  func killedRunsEndAsUndisturbedOnes(_ example: Example) throws {
    let name = example.rawValue
    try workplace.write(try yaml(example), to: "\(name)/experiment.yaml")
    var pace = Pace()
    let outcome = try start(["run", name, "--runs-dir", "whole"]).finish()
    pace.note(from: 0)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let whole = try Remains(of: "\(workplace.path)/\(try #require(outcome.lines.last))")
    // The average begins in the middle, the rate falls: the examples hold what they are to hold.
    let names = Set(whole.checkpoints.keys.map { ($0 as NSString).lastPathComponent })
    #expect(names.contains("average.safetensors") == [.ring, .averaging].contains(example))
    #expect(names.contains("carried.safetensors") == [.text, .averaging].contains(example))
    #expect(names.contains("rule.safetensors") == (example == .tuning))

    var moments = SplitMix(state: 41 + UInt64(Example.allCases.firstIndex(of: example)!))
    var (kills, ended) = (0, 0)
    var runs = 0
    while kills < Self.kills {
      runs += 1
      let folder = "\(workplace.path)/killed-\(runs)"
      while true {
        let path = try directories(folder).first
        let arguments = path.map { ["resume", $0] } ?? ["run", name, "--runs-dir", folder]
        let step = try path.flatMap { try CheckpointStore(path: "\($0)/checkpoints").last()?.step }
        let running = try start(arguments)
        pace.start()
        if kills < Self.kills {
          usleep(UInt32(moments.next() * pace.duration(from: step ?? 0) * 1.1e6))
          if running.isKilled() {
            kills += 1
            try checkReadable(try directories(folder).first)
            continue
          }
        }
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        pace.note(from: step ?? 0)
        break
      }
      ended += 1
      let path = try #require(try directories(folder).first)
      #expect(try directories(folder).count == 1)
      #expect(RunSummary(path: path).status == .done)
      let killed = try Remains(of: path)
      #expect(killed.checkpoints == whole.checkpoints)
      #expect(killed.samples == whole.samples)
      #expect(killed.rows == whole.rows)
      let seconds = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl").seconds
      #expect(seconds == seconds.sorted(), "the time of a row is that of all sessions together")
    }
    #expect(kills == Self.kills && ended > 0)
  }

  /// Starts the program on one thread: beside other tests, a second would wait for the first.
  private func start(_ arguments: [String]) throws -> Running {
    try workplace.start(arguments + ["--quiet"], threads: 1)
  }

  /// The runs in a folder, without those that were not yet given their name.
  private func directories(_ folder: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try RunStore(root: folder).paths()
  }

  /// Whatever a killed process has left can be read; nothing is damaged but for a line that it was
  /// writing.
  private func checkReadable(_ path: String?) throws {
    guard let path else { return }
    var run = RecordedRun(path: path)
    _ = (run.metrics(), run.samples(), run.events())
    #expect([.lost, .done].contains(run.summary.status))
    let notes = run.notes.filter { !$0.contains(": skipped, ") }
    #expect(notes == [])
    let store = CheckpointStore(path: "\(path)/checkpoints")
    #expect(try store.steps().isEmpty == (store.last() == nil))
  }
}

/// What a finished run has left, apart from what clocks said.
private struct Remains {
  /// The bytes of every file of every checkpoint, and of the pointers to the best.
  var checkpoints: [String: Data] = [:]
  var samples: [String: Data] = [:]
  /// For each metric its steps and the bits of its values, and for each row its epoch.
  var rows: [String: [Int: UInt64]] = [:]

  init(of path: String) throws {
    for folder in ["checkpoints", "samples"] {
      for name in try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)") {
        // The index names sessions; the pointer to the last checkpoint has the seconds.
        guard !["index.jsonl", "last.json"].contains(name) else { continue }
        let file = URL(filePath: "\(path)/\(folder)/\(name)")
        let data = name.contains(".") ? try Data(contentsOf: file) : Data()
        if folder == "samples" { samples[name] = data } else { checkpoints[name] = data }
      }
    }
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    rows["epoch"] = Dictionary(
      uniqueKeysWithValues: zip(history.steps, history.epochs.map(\.bitPattern)))
    for key in history.keys where !MetricName.isTimed(key) {
      let series = try #require(history.series(key))
      rows[key] = Dictionary(
        uniqueKeysWithValues: zip(series.steps, series.values.map(\.bitPattern)))
    }
  }
}

extension Running {
  /// Kills the process, unless it has ended by itself.
  fileprivate func isKilled() -> Bool {
    guard process.isRunning else { return false }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }
}

/// How long a process takes until it is done, here and now: other work on the machine comes and
/// goes, and kills are to fall into the processes' lives, not behind them.
private struct Pace {
  private var begin = ContinuousClock.now
  private var whole = 0.0

  mutating func start() { begin = .now }

  /// Notes that a process ended that went on from a step.
  mutating func note(from step: Int) {
    let found = (ContinuousClock.now - begin) / .seconds(1) / Self.share(from: step)
    whole = whole == 0 ? found : (whole + found) / 2
  }

  /// Seconds that a process which goes on from a step will take.
  func duration(from step: Int) -> Double { whole * Self.share(from: step) }

  /// Starting up is about a third of a whole run.
  private static func share(from step: Int) -> Double { 1 - Double(step) / 24 * 2 / 3 }
}

/// A small generator of random numbers whose course is the test's own.
private struct SplitMix {
  var state: UInt64

  /// A number in 0..<1.
  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
