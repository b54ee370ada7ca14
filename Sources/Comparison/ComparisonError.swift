import TandemRuns

/// Why runs cannot be compared as asked; prints as one line.
public enum ComparisonError: Error, Equatable, Sendable {
  /// No run was given, or there are none in the folder.
  case noRuns(place: String)
  /// None of the runs has rows of metrics.
  case noMetrics
  /// No run has a metric of the name; `near` is the one that is most like it.
  case unknownMetric(name: String, near: String?, known: [String])
  /// No loss is in every run, so that one must say what to compare: of `shared`, the metrics that
  /// every run has, or else of `known`.
  case noSharedLoss(shared: [String], known: [String])
  /// No configuration has the key.
  case unknownKey(name: String, near: String?)
  /// A key's end that several keys have.
  case ambiguousKey(name: String, candidates: [String])
  /// A run's rows cannot be laid along the quantity asked for.
  case noPlaces(run: String, quantity: String, reason: String)
  /// A weight of smoothing outside 0..<1.
  case smoothing(Double)
  /// A picture that cannot be drawn.
  case drawing(String)
}

extension ComparisonError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRuns(let place):
      "no runs in \(place)"
    case .noMetrics:
      "none of the runs has a row of metrics"
    case .unknownMetric(let name, let near, let known):
      "no run has a metric '\(name)'\(hint(near)); there are: \(known.joined(separator: ", "))"
    case .noSharedLoss(let shared, let known) where shared.isEmpty:
      "the runs have no metric in common; --metric compares those that have it, of: "
        + known.joined(separator: ", ")
    case .noSharedLoss(let shared, _):
      "the runs have no loss in common; choose by --metric from what all of them have: "
        + shared.joined(separator: ", ")
    case .unknownKey(let name, let near):
      "no configuration has a key '\(name)'\(hint(near))"
    case .ambiguousKey(let name, let candidates):
      "'\(name)' may be any of the keys \(candidates.joined(separator: ", "))"
    case .noPlaces(let run, let quantity, let reason):
      "\(run) cannot be laid along \(quantity): \(reason)"
    case .smoothing(let weight):
      "a weight of smoothing is from 0 up to, but not, 1: not \(weight)"
    case .drawing(let reason):
      reason
    }
  }

  private func hint(_ near: String?) -> String { near.map { "; did you mean '\($0)'?" } ?? "" }
}
