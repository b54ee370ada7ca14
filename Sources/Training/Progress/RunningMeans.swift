/// The means of metrics over the steps between two rows of the log.
///
/// Codable: a training that is saved between two rows goes on with the steps since the last.
public struct RunningMeans: Sendable, Codable {
  private struct Entry: Sendable, Codable {
    let name: String
    var mean: Double
    var weight: Double
  }

  private var entries: [Entry] = []

  /// Means of nothing yet.
  public init() {}

  /// Adds a value of the metric `name`; `weight` is the number of examples it stands for.
  public mutating func add(_ name: String, _ value: Double, weight: Double = 1) {
    let index = entries.firstIndex { $0.name == name } ?? entries.endIndex
    if index == entries.endIndex { entries.append(Entry(name: name, mean: value, weight: 0)) }
    entries[index].weight += weight
    guard weight > 0 else { return }
    // A value that stays the same is its own mean to the last bit, which a sum is not.
    entries[index].mean += (value - entries[index].mean) * (weight / entries[index].weight)
  }

  /// Returns the mean of each metric, in the order in which they first came, and starts anew.
  public mutating func take() -> [(name: String, value: Double)] {
    defer { entries.removeAll(keepingCapacity: true) }
    return entries.filter { $0.weight > 0 }.map { ($0.name, $0.mean) }
  }
}
