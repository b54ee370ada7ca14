/// Windows of a time series, to predict from its `history` what comes within its `horizon`.
///
/// The series is cut in time: training, then validation, then test. Values are standardised by mean
/// and deviation of the training part alone, and training windows end within it, so that nothing
/// later is ever learnt from. Validation and test are walked through one step at a time, each
/// forecast from the real history before it, which may reach into the part before.
public struct ForecastWindows: Sendable {
  /// A part of the series.
  public enum Part: String, Codable, CaseIterable, Sendable {
    /// What is learnt from, the earliest.
    case train
    /// What tells when to stop.
    case validation
    /// What is looked at once, the latest.
    case test
  }

  /// Windows side by side, time-major; all values are standardised.
  public struct Batch: Hashable, Sendable {
    /// T: the steps of history.
    public let steps: Int
    /// B: the number of windows.
    public let batchSize: Int
    /// F: the number of columns.
    public let features: Int
    /// The history, [T, B, F], the oldest step first: step t of window b begins at (t B + b) F.
    public let inputs: [Float]
    /// The first column after the history, [B, horizon].
    public let targets: [Float]
    /// The row of each window's first target in the table, [B].
    public let rows: [Int]
  }

  /// The series.
  public let table: TimeSeriesTable
  /// T: the steps a forecast is made from.
  public let history: Int
  /// The steps that are forecast.
  public let horizon: Int
  /// The scale of each column.
  public let scales: [Standardisation]

  private let ranges: [Part: Range<Int>]
  /// The standardised values, [rows, columns].
  private let scaled: [Float]

  /// The windows of a table.
  ///
  /// - Throws: `DatasetError.invalid` when a number makes no sense or a part has no window, and
  ///   then how many rows are needed.
  public init(
    _ table: TimeSeriesTable, history: Int, horizon: Int = 1, split: SplitFractions = .series
  ) throws {
    for (name, value) in [("history", history), ("horizon", horizon)]
    where !(1...1 << 30).contains(value) {
      throw DatasetError.invalid(parameter: name, reason: "\(value) is not in 1 ... 2^30")
    }
    let ends = split.ends(of: table.count)
    ranges = [
      .train: 0..<ends.train, .validation: ends.train..<ends.validation,
      .test: ends.validation..<ends.test,
    ]
    for part in Part.allCases where part != .test || split.test > 0 {
      let (rows, needed) = (
        ranges[part]?.count ?? 0, part == .train ? history + horizon : horizon
      )
      guard rows >= needed else {
        throw DatasetError.invalid(
          parameter: table.name,
          reason: "its \(table.count) rows are too few: the \(part) part has \(rows), a history of"
            + " \(history) with a horizon of \(horizon) needs \(needed)")
      }
    }
    self.table = table
    self.history = history
    self.horizon = horizon
    let scales = table.values.map { Standardisation(of: $0[..<ends.train]) }
    self.scales = scales
    scaled = (0..<table.count).flatMap { row in
      zip(table.values, scales).map { Float($1.standard($0[row])) }
    }
  }

  /// The rows of a part in the table.
  public func rows(of part: Part) -> Range<Int> { ranges[part] ?? 0..<0 }

  /// The number of windows of a part; 0 for a test part that was not asked for.
  public func count(of part: Part) -> Int {
    max(rows(of: part).count - horizon + 1 - (part == .train ? history : 0), 0)
  }

  /// The order in which training windows are learnt: every epoch a fresh permutation.
  ///
  /// - Throws: `DatasetError.invalid` as `BatchSampler` does.
  public func sampler(
    batchSize: Int, seed: UInt64, from position: BatchSampler.Position = .init()
  ) throws -> BatchSampler {
    try BatchSampler(count: count(of: .train), batchSize: batchSize, seed: seed, from: position)
  }

  /// The windows of a part at `indices`, which count from its first window on in time.
  ///
  /// - Throws: `DatasetError.invalid` when an index is out of range.
  public func batch(_ part: Part = .train, at indices: [Int]) throws -> Batch {
    try checkIndices(indices, count: count(of: part), name: "\(table.name) (\(part))")
    let first = rows(of: part).lowerBound + (part == .train ? history : 0)
    let origins = indices.map { first + $0 }
    let features = scales.count
    var inputs: [Float] = []
    inputs.reserveCapacity(history * origins.count * features)
    for step in 0..<history {
      for origin in origins {
        let row = origin - history + step
        inputs += scaled[row * features..<(row + 1) * features]
      }
    }
    let targets = origins.flatMap { origin in
      (0..<horizon).map { scaled[(origin + $0) * features] }
    }
    return Batch(
      steps: history, batchSize: origins.count, features: features, inputs: inputs,
      targets: targets, rows: origins)
  }
}

/// The scale on which a column has mean 0 and deviation 1.
public struct Standardisation: Codable, Hashable, Sendable {
  /// The mean of the values it was fitted on.
  public let mean: Double
  /// Their standard deviation, by their number; 1 where they are all the same.
  public let deviation: Double

  /// A scale that is given.
  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The scale of these values.
  public init(of values: some Collection<Double>) {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(max(values.count, 1))).squareRoot()
    self.init(mean: mean, deviation: deviation > 0 ? deviation : 1)
  }

  /// (value − mean) / deviation.
  public func standard(_ value: Double) -> Double { (value - mean) / deviation }

  /// value · deviation + mean: a forecast in the units of the column.
  public func original(_ value: Double) -> Double { value * deviation + mean }
}
