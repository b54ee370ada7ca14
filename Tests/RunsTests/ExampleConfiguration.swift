import Foundation
import TandemRuns

/// A configuration with something of everything, as schema code reads it.
enum Example {
  enum Kind: String, CaseIterable {
    case mlp, dcgan
  }

  struct Sample: Equatable {
    var seed = 0
    var rate = 0.0
    var kind = Kind.mlp
    var width = 0
    var channels: [Int] = []
    var hidden: [Int] = []
    var decay: Double?
  }

  /// A schema with a discriminated section, a list with a default and an optional number.
  static func read(
    _ yaml: String, _ overrides: [String] = []
  ) throws -> (Sample, ConfigurationValue) {
    var reader = ConfigurationReader(yaml: yaml, file: "experiment.yaml", overrides: overrides)
    var sample = Sample()
    sample.seed = reader.integer("seed", default: 1, in: 0...)
    sample.rate = reader.number("learningRate", default: 2e-4, in: 0...1)
    reader.section("generator") { section in
      sample.kind = section.kind(from: Kind.self, default: .mlp)
      switch sample.kind {
      case .mlp: sample.width = section.integer("width", default: 128, in: 1...)
      case .dcgan: sample.channels = section.integers("channels", in: 1...512, count: 1...)
      }
    }
    sample.hidden = reader.integers("hidden", default: [64, 32], in: 1...)
    sample.decay = reader.optionalNumber("decay", in: .above(0))
    return (sample, try reader.finish())
  }

  static func problems(_ yaml: String, _ overrides: [String] = []) -> [String] {
    message { _ = try read(yaml, overrides) }.components(separatedBy: "\n")
  }
}
