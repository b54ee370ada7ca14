/// What the rules are told: a row of metrics as the run's log has it.
public struct HealthRow: Sendable {
  /// Steps taken when the row was written.
  public let step: Int
  /// Values by name; means over the steps since the row before, where they are means.
  public let metrics: [String: Double]

  /// A row of the given metrics.
  public init(step: Int, metrics: [String: Double]) {
    self.step = step
    self.metrics = metrics
  }

  /// The value of a metric; nil where the row does not have it.
  public subscript(name: String) -> Double? { metrics[name] }

  /// The value of a metric where the row has it and it is finite.
  func finite(_ name: String) -> Double? { metrics[name].flatMap { $0.isFinite ? $0 : nil } }

  /// The values of the metrics whose names begin with a prefix.
  func values(withPrefix prefix: String) -> [Double] {
    metrics.filter { $0.key.hasPrefix(prefix) }.map(\.value)
  }
}
