import Foundation

/// Our side of the benchmarks: trains by the block, as `bench.py` asks on standard input.
///
///     tandem-bench dcgan-32 --serve
///
/// Prints `ready` after a warm-up; for each line `block N` runs N steps and prints the elapsed
/// milliseconds; at the end of input prints one line of JSON. `logging` measures by itself.
@main
struct Main {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    if words.count == 2, words.first == "logging", let directory = words.last {
      try LoggingBenchmark(directory: directory).run()
    } else if words.count == 2, words.last == "--serve",
      let benchmark = benchmarks.first(where: { $0.name == words.first })
    {
      try serve(benchmark)
    } else {
      let names = benchmarks.map(\.name).joined(separator: " | ")
      let usage = "usage: tandem-bench \(names) --serve\n       tandem-bench logging DIR\n"
      FileHandle.standardError.write(Data(usage.utf8))
      exit(64)
    }
  }

  static var benchmarks: [any Benchmark] {
    AdversarialBenchmark.allCases as [any Benchmark] + SequenceBenchmark.allCases
      + SamplingBenchmark.allCases
  }

  static func serve(_ benchmark: any Benchmark) throws {
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
    let median = times.isEmpty ? 0 : times[times.count / 2]
    var result: [String: Any] = [
      "benchmark": benchmark.name, "variant": "tandem", "steps": steps,
      "median_ms": median, "min_ms": times.first ?? 0,
      "max_ms": times.last ?? 0,
    ]
    if let unit = benchmark.stepUnit, median > 0 { result["\(unit)/s"] = 1000 / median }
    let json = try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys])
    say(String(decoding: json, as: UTF8.self))
  }

  /// Writes a line at once: the driver waits for it.
  static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}

/// A training whose steps are measured.
protocol Benchmark {
  /// The name by which the driver asks for it.
  var name: String { get }
  /// Steps before the first that is measured.
  var warmUpSteps: Int { get }
  /// What a step is, where steps by the second are worth telling: `tokens`.
  var stepUnit: String? { get }
  /// A function that takes one step of the training.
  func training() throws -> () throws -> Void
}

extension Benchmark {
  var stepUnit: String? { nil }
}
