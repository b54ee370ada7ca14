import Foundation

/// Which runs a listing shows, and in which order.
public struct RunQuery: Sendable {
  /// What runs are ordered by.
  public enum Order: Equatable, Sendable {
    case created, duration, step
    /// The last value of a metric.
    case metric(String)

    /// The order of that name: `created`, `duration`, `step`, or else a metric's.
    public init(_ name: String) {
      switch name {
      case "created": self = .created
      case "duration": self = .duration
      case "step": self = .step
      default: self = .metric(name)
      }
    }
  }

  /// Runs of one of these; of any if empty.
  public var statuses: Set<RunStatus> = []
  /// Runs of one of these experiments; of any if empty.
  public var experiments: Set<String> = []
  /// Runs that have all of these tags.
  public var tags: Set<String> = []
  /// What all must be true of a run.
  public var conditions: [RunCondition] = []
  /// Runs that began then or later.
  public var since: Date?
  /// The order, ascending; nil for that of their beginnings.
  public var order: Order?
  /// Whether the order is turned around.
  public var isReversed = false
  /// How many runs at most: the first of an order that was asked for, else the latest.
  public var limit: Int?

  /// All runs in the order of their beginnings.
  public init() {}

  /// The runs that are asked for.
  ///
  /// Runs that lack the value that they are ordered by come last, also in a reversed order.
  ///
  /// - Parameters:
  ///   - runs: all runs, the oldest first.
  ///   - unknown: receives each key of a condition that none of the runs has.
  public func select(
    from runs: [RunSummary], unknown: (String) -> Void = { _ in }
  ) -> [RunSummary] {
    var found = Set<String>()
    var looked = 0
    let matching = runs.filter { run in
      guard statuses.isEmpty || statuses.contains(run.status),
        experiments.isEmpty || run.experiment.map(experiments.contains) ?? false,
        tags.isSubset(of: run.tags),
        since.map({ since in run.created.map { $0 >= since } ?? false }) ?? true
      else { return false }
      if conditions.isEmpty { return true }
      looked += 1
      let values = RunValues(run)
      return conditions.allSatisfy { condition in
        guard let value = values[condition.key] else { return false }
        found.insert(condition.key)
        return condition.isTrue(of: value)
      }
    }
    // A condition behind one that is never true is not looked at.
    if looked > 0, let missing = conditions.first(where: { !found.contains($0.key) }) {
      unknown(missing.key)
    }
    return limited(ordered(matching))
  }

  private func ordered(_ runs: [RunSummary]) -> [RunSummary] {
    func value(_ run: RunSummary) -> Double? {
      let value =
        switch order ?? .created {
        case .created: run.created?.timeIntervalSince1970
        case .duration: run.seconds
        case .step: run.step.map { Double($0) }
        case .metric(let name): run.metrics[name]
        }
      return value.flatMap { $0.isNaN ? nil : $0 }
    }
    guard order != nil else { return isReversed ? runs.reversed() : runs }
    var valued: [(run: RunSummary, value: Double, place: Int)] = []
    var rest: [RunSummary] = []
    for (place, run) in runs.enumerated() {
      if let value = value(run) { valued.append((run, value, place)) } else { rest.append(run) }
    }
    let isReversed = isReversed
    valued.sort {
      $0.value == $1.value ? $0.place < $1.place : ($0.value < $1.value) != isReversed
    }
    return valued.map(\.run) + rest
  }

  private func limited(_ runs: [RunSummary]) -> [RunSummary] {
    guard let limit else { return runs }
    return Array(order == nil && !isReversed ? runs.suffix(limit) : runs.prefix(limit))
  }
}

/// The values of one run by their names: its metrics and the keys of its configuration, which is
/// read when a name is none of the metrics.
public final class RunValues {
  private let run: RunSummary
  private lazy var configuration = try? ConfigurationValue(
    contentsOf: "\(run.path)/config.resolved.json")

  /// The values of a run.
  public init(_ run: RunSummary) { self.run = run }

  /// The last value of a metric, else the value of a configuration's key,
  /// `generator.optimizer.learningRate`; nil where the run has neither.
  public subscript(name: String) -> ConfigurationValue? {
    if let metric = run.metrics[name] { return .number(metric) }
    switch configuration?[name] {
    case .section, nil: return nil
    case let value?: return value
    }
  }

  /// All names.
  public var names: [String] {
    run.metrics.keys.sorted() + (configuration?.leaves.map(\.path) ?? [])
  }
}

/// A comparison of a run's value, as `training.batchSize>=64`.
public struct RunCondition: Equatable, Sendable {
  /// How the value compares to the one given.
  public enum Comparison: String, CaseIterable, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// A metric's name or a configuration's key.
  public let key: String
  /// How to compare.
  public let comparison: Comparison
  /// What to compare to.
  public let value: String

  /// Reads `key=value`, or one with `!=`; or with `<`, `<=`, `>` or `>=`, which take a number; nil
  /// for another text.
  public init?(_ text: String) {
    guard let start = text.firstIndex(where: { "=!<>".contains($0) }), start > text.startIndex
    else { return nil }
    let rest = text[start...]
    // The longer signs begin as the shorter ones do.
    let known = Comparison.allCases.sorted { $0.rawValue.count > $1.rawValue.count }
    guard let comparison = known.first(where: { rest.hasPrefix($0.rawValue) }) else { return nil }
    key = text[..<start].trimmingCharacters(in: .whitespaces)
    self.comparison = comparison
    value = rest.dropFirst(comparison.rawValue.count).trimmingCharacters(in: .whitespaces)
    if key.isEmpty || value.isEmpty { return nil }
    if ![.equal, .unequal].contains(comparison), Double(value) == nil { return nil }
  }

  /// Whether a value is as the condition says. Numbers are compared as such, `1e-4` equals
  /// `0.0001`; greater and less than a number is nothing else.
  public func isTrue(of other: ConfigurationValue) -> Bool {
    let number: Double? =
      switch other {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    guard let number, let mine = Double(value) else {
      switch comparison {
      case .equal: return other.inline == value
      case .unequal: return other.inline != value
      default: return false
      }
    }
    switch comparison {
    case .equal: return number == mine || (number.isNaN && mine.isNaN)
    case .unequal: return number != mine && !(number.isNaN && mine.isNaN)
    case .less: return number < mine
    case .lessOrEqual: return number <= mine
    case .greater: return number > mine
    case .greaterOrEqual: return number >= mine
    }
  }
}

extension [RunSummary] {
  /// Says that none of the runs has a value of this name, and what may be meant.
  public func missing(_ name: String) -> String {
    let names = last.map { RunValues($0).names } ?? []
    let near = suggestion(for: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    return "none of these runs has '\(name)' among its metrics and configuration keys\(near)"
  }
}
