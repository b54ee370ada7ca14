import Foundation

/// Where a configuration's value was written.
public enum ConfigurationLocation: Hashable, Sendable, CustomStringConvertible {
  /// A place in a file; lines and columns count from 1, columns in Unicode scalars.
  case file(String, line: Int, column: Int)
  /// A `--set key=value` of the command line.
  case override(String)

  /// `experiment.yaml:12:5` or `--set seed`.
  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .override(let key): "--set \(key)"
    }
  }
}

/// One thing that is wrong with a configuration.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
  /// Where the value at fault was written.
  public let location: ConfigurationLocation
  /// The key from the top, joined by dots: `training.batchSize`; empty for the file itself.
  public let key: String
  /// What is wrong, and what was expected.
  public let message: String

  /// A problem of the key at a place.
  public init(location: ConfigurationLocation, key: String, message: String) {
    self.location = location
    self.key = key
    self.message = message
  }

  /// `experiment.yaml:12:5: learningRate: expected a number in 0...1, found "fast"`.
  public var description: String {
    let isPlain = key.isEmpty || location == .override(key)
    return (isPlain ? "\(location): \(message)" : "\(location): \(key): \(message)")
      .shortened(to: 900).visible
  }
}

/// All that is wrong with a configuration, in the order of the file, the overrides last; prints
/// one line for each problem.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// In the order of the file, overrides last.
  public let problems: [ConfigurationProblem]

  /// The given problems, in whatever order they were found.
  public init(problems: [ConfigurationProblem]) {
    func place(_ problem: ConfigurationProblem) -> (line: Int, column: Int) {
      switch problem.location {
      case .file(_, let line, let column): (line, column)
      case .override: (.max, 0)
      }
    }
    let sorted = problems.enumerated().sorted {
      let (a, b) = (place($0.element), place($1.element))
      return (a.line, a.column, $0.offset) < (b.line, b.column, $1.offset)
    }
    self.problems = sorted.map(\.element)
  }
}

extension ConfigurationError: CustomStringConvertible, LocalizedError {
  /// One line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
  public var errorDescription: String? { description }
}
