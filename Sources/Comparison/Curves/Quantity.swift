import TandemRuns

/// What the curves of a comparison are laid along.
public enum Quantity: String, CaseIterable, Codable, Sendable {
  /// How many steps had been taken.
  case step
  /// Passes over the data.
  case epoch
  /// Seconds since the run began, of all its sessions together.
  case time
  /// Examples learned from: steps times the configuration's `training.batchSize`, since every
  /// batch is whole. Of a language model an example is a window of one stream of the text.
  case examples

  /// The places of a metric's rows.
  ///
  /// - Throws: `ComparisonError.noPlaces` for epochs of endless data and for examples of a run
  ///   without a batch size.
  func places(of series: MetricSeries, in run: ComparedRun) throws(ComparisonError) -> [Double] {
    switch self {
    case .step: return series.steps.map(Double.init)
    case .time: return series.seconds
    case .epoch:
      guard series.epochs.contains(where: { $0 > 0 }) else {
        throw .noPlaces(run: run.id, quantity: rawValue, reason: "its data have no epochs")
      }
      return series.epochs
    case .examples:
      guard case .integer(let size)? = run.configuration?["training.batchSize"] else {
        throw .noPlaces(
          run: run.id, quantity: rawValue, reason: "its configuration has no training.batchSize")
      }
      return series.steps.map { Double($0) * Double(size) }
    }
  }
}
