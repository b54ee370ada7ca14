import Foundation
import TandemExperiments
import TandemRuns
import TandemTensors
import Testing

/// A folder of its own for a test, removed with the object.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tandem-experiments-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes an experiment directory and reads it.
  func experiment(
    _ yaml: String, name: String = "tiny", overrides: [String] = [], seed: UInt64? = nil
  ) throws -> Experiment {
    let directory = "\(path)/\(name)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try yaml.write(toFile: "\(directory)/experiment.yaml", atomically: false, encoding: .utf8)
    return try Experiment(directory: directory, overrides: overrides, seed: seed)
  }

  /// Writes an IDX file of images: bright squares on a dark ground, each at a place of its own.
  func images(_ count: Int, size: Int, name: String = "images.idx") throws -> String {
    var bytes: [UInt8] = [0, 0, 8, 3]
    for extent in [count, size, size] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) }
    }
    for index in 0..<count {
      let (top, left) = (index % (size / 2), index / (size / 2) % (size / 2))
      for row in 0..<size {
        for column in 0..<size {
          let isInside =
            (top...top + size / 2).contains(row)
            && (left...left + size / 2).contains(column)
          bytes.append(isInside ? UInt8(200 + index % 50) : 10)
        }
      }
    }
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(filePath: file))
    return file
  }
}

/// A GAN of points that takes a moment.
let points = """
  data: {kind: ring, sigma: 0.1}
  latent: {size: 2}
  generator:
    network: {kind: mlp, hidden: [8, 8]}
    average: {decay: 0.9}
  discriminator:
    network: {kind: mlp, hidden: [8, 8]}
  training: {steps: 12, batchSize: 16}
  metrics: {every: 2}
  samples: {every: 6, count: 100}
  checkpoints: {every: 5}
  """

/// A GAN of images of 8 pixels a side by fully connected networks with all that draws random
/// numbers or keeps statistics.
func denseImages(_ file: String) -> String {
  """
  data: {kind: idx, path: \(file), size: 8}
  latent: {size: 4}
  generator:
    network: {kind: mlp, hidden: [16], batchNorm: true, dropout: 0.2}
    optimizer: {kind: adam, schedule: {kind: exponential, factor: 0.9}}
    average: {decay: 0.9}
  discriminator:
    network: {kind: mlp, hidden: [16], dropout: 0.3}
    optimizer: {kind: sgd, learningRate: 0.01, momentum: 0.9}
    steps: 2
    warmUpSteps: 3
  objective: {kind: minimax, labelSmoothing: 0.1}
  training: {steps: 8, batchSize: 6}
  samples: {every: 4, count: 10, columns: 4}
  """
}

/// A DCGAN of images of 8 pixels a side.
func convolutionalImages(_ file: String) -> String {
  """
  data: {kind: idx, path: \(file), size: 8}
  latent: {size: 4}
  generator:
    network: {kind: dcgan, channels: [8]}
    average: {decay: 0.9}
  discriminator:
    network: {kind: dcgan, channels: [8]}
  training: {steps: 6, batchSize: 8}
  samples: {every: 3, count: 6, columns: 3}
  """
}

/// The configuration of an experiment that is a GAN.
func gan(_ experiment: Experiment) throws -> GANConfiguration {
  try #require(experiment.configuration as? GANConfiguration)
}

/// Runs an experiment quietly and returns the run directory.
@discardableResult
func run(
  _ experiment: Experiment, in runs: String, maxSteps: Int? = nil,
  disk: any FileSystem = LocalFileSystem()
) throws -> String {
  var options = ExperimentRunner.Options(runsDirectory: runs, maxSteps: maxSteps, isQuiet: true)
  options.fileSystem = disk
  return try ExperimentRunner(experiment, options: options).run()
}

/// The error that a body throws, in its lines.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// The rows of a run's metrics without what a clock said.
func timelessRows(_ run: String) throws -> [String] {
  try text(of: "\(run)/metrics.jsonl").split(separator: "\n").map { row in
    String(row).replacing(/"t":[^,]*,/, with: "").replacing(/"images\/s":[^,}]*,?/, with: "")
  }
}

/// What a finished run has left, apart from what clocks said.
struct Remains: Equatable {
  /// The bytes of every file of the last checkpoint.
  var weights: [String: Data] = [:]
  var samples: [String: Data] = [:]
  /// For each metric its steps and the bits of its values, and for each row its epoch.
  var rows: [String: [Int: UInt64]] = [:]

  init(of path: String) throws {
    let last = try #require(try CheckpointStore(path: "\(path)/checkpoints").last())
    for name in last.files.keys.sorted() + ["state.json"] {
      weights[name] = try Data(contentsOf: URL(filePath: "\(last.path)/\(name)"))
    }
    for sample in try SampleIndex.samples("\(path)/samples/index.jsonl").rows {
      samples[sample.file] = try Data(
        contentsOf: URL(filePath: "\(path)/samples/\(sample.file)"))
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

/// The run directories below a folder of runs.
func runDirectories(_ runs: String) throws -> [String] {
  guard FileManager.default.fileExists(atPath: runs) else { return [] }
  return try FileManager.default.contentsOfDirectory(atPath: runs).sorted().map { "\(runs)/\($0)" }
}

/// The folder of the repository's own experiments.
let shippedExperiments = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "experiments")
  .path(percentEncoded: false)

/// Runs `body` with kernels on this thread alone: beside other tests, each step of a team would
/// wait for whichever of its threads has no core at the moment, many times the step's work.
func onOneThread<Result>(_ body: () throws -> Result) rethrows -> Result {
  typealias SetThreads = @convention(c) (Int32) -> Void
  guard let symbol = dlsym(nil, "omp_set_num_threads") else { return try body() }
  let setThreads = unsafeBitCast(symbol, to: SetThreads.self)
  let count = Int32(ComputeLibrary.threadCount)
  setThreads(1)
  defer { setThreads(count) }
  return try body()
}

/// The names of those that are trained; the others are explained.
func trainedExperiments() throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: shippedExperiments)
    .filter { !$0.hasPrefix("explain-") }.sorted()
}
