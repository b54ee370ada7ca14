/// The means of metrics between two lines of the log.
///
/// Codable, so that a run resumed between two lines writes the second as it would have been.
public struct RunningMeans: Sendable, Hashable, Codable {
  private struct Entry: Sendable, Hashable, Codable {
    let name: String
    var sum: Double
    var weight: Double
  }

  private var entries: [Entry] = []

  /// Means of nothing yet.
  public init() {}

  /// Adds a value of the metric `name`; `weight` is the number of examples it stands for.
  public mutating func add(_ name: String, _ value: Double, weight: Double = 1) {
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index].sum += value * weight
      entries[index].weight += weight
    } else {
      entries.append(Entry(name: name, sum: value * weight, weight: weight))
    }
  }

  /// The mean of each metric, in the order in which they first came.
  public var means: [(name: String, value: Double)] {
    entries.filter { $0.weight > 0 }.map { ($0.name, $0.sum / $0.weight) }
  }

  /// The mean of one metric.
  public subscript(name: String) -> Double? { means.first { $0.name == name }?.value }

  /// Whether nothing was added.
  public var isEmpty: Bool { entries.isEmpty }

  /// Returns the means and starts anew.
  public mutating func take() -> [(name: String, value: Double)] {
    defer { entries = [] }
    return means
  }
}
