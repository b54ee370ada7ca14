import Foundation
import TandemAdversarial
import TandemLayers
import TandemTensors
import TandemTraining

/// Our side of the benchmarks: trains by the block, as `bench.py` asks on standard input.
///
///     tandem-bench dcgan-32 --serve
///
/// Prints `ready` after a warm-up; for each line `block N` runs N steps and prints the elapsed
/// milliseconds; at the end of input prints one line of JSON.
@main
struct Main {
  static func main() throws {
    guard CommandLine.arguments.count == 3, CommandLine.arguments[2] == "--serve",
      let benchmark = Benchmark(rawValue: CommandLine.arguments[1])
    else {
      let names = Benchmark.allCases.map(\.rawValue).joined(separator: " | ")
      FileHandle.standardError.write(Data("usage: tandem-bench \(names) --serve\n".utf8))
      exit(64)
    }
    try serve(benchmark)
  }

  static func serve(_ benchmark: Benchmark) throws {
    let step = try benchmark.training()
    for _ in 0..<benchmark.warmUpSteps { try step() }
    say("ready")
    var times: [Double] = []
    var steps = 0
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, words[0] == "block", let count = Int(words[1]), count > 0 else {
        FileHandle.standardError.write(Data("tandem-bench: cannot read '\(line)'\n".utf8))
        exit(64)
      }
      let elapsed = try ContinuousClock().measure { for _ in 0..<count { try step() } }
      let milliseconds = elapsed / .milliseconds(1)
      times.append(milliseconds / Double(count))
      steps += count
      say("\(milliseconds)")
    }
    times.sort()
    let result: [String: Any] = [
      "benchmark": benchmark.rawValue, "variant": "tandem", "steps": steps,
      "median_ms": times.isEmpty ? 0 : times[times.count / 2], "min_ms": times.first ?? 0,
      "max_ms": times.last ?? 0,
    ]
    let json = try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys])
    say(String(decoding: json, as: UTF8.self))
  }

  /// Writes a line at once: the driver waits for it.
  static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}

/// The adversarial trainings that are measured.
enum Benchmark: String, CaseIterable {
  case dcgan32 = "dcgan-32"
  case dcgan64 = "dcgan-64"
  case ring

  var warmUpSteps: Int { self == .ring ? 200 : 4 }

  /// A function that takes one step of the training.
  func training() throws -> () throws -> Void {
    switch self {
    case .dcgan32:
      try training(
        .dcgan(.init(channels: [256, 128, 64])), .dcgan(.init(channels: [64, 128, 256])),
        latentSize: 100, elementShape: [32, 32, 1], batchSize: 64)
    case .dcgan64:
      try training(
        .dcgan(.init(channels: [512, 256, 128, 64])), .dcgan(.init(channels: [64, 128, 256, 512])),
        latentSize: 100, elementShape: [64, 64, 3], batchSize: 64)
    case .ring:
      try training(
        .mlp(.init(hidden: [128, 128], activation: .relu)),
        .mlp(.init(hidden: [128, 128], activation: .leakyReLU)), latentSize: 2,
        elementShape: [2], batchSize: 256)
    }
  }

  private func training(
    _ generator: NetworkSpecification, _ discriminator: NetworkSpecification, latentSize: Int,
    elementShape: [Int], batchSize: Int
  ) throws -> () throws -> Void {
    var random = RandomStream(seed: 1, name: "init")
    // The peer does not measure gradients either.
    var optimizer = try Optimizer.adam(learningRate: 2e-4, beta1: 0.5)
    optimizer.measuresGradients = false
    var trainer = try AdversarialTrainer(
      generator: generator.generator(
        latentSize: latentSize, elementShape: elementShape, &random),
      discriminator: discriminator.discriminator(elementShape: elementShape, &random),
      generatorOptimizer: optimizer, discriminatorOptimizer: optimizer,
      objective: CrossEntropyObjective(),
      settings: .init(latentSize: latentSize, batchSize: batchSize), seed: 1)
    let real = random.uniform(Shape([batchSize] + elementShape), in: -1..<1)
    return { _ = try trainer.takeStep { real } }
  }
}
