import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// The next values of a series of numbers, from those before; see `ForecastWindows`.
public struct ForecastTask: SequenceTask {
  /// Where the series is.
  public var place: DataPlace
  /// The column of the file; nil for the last one.
  public var column: TimeSeriesTable.Column?
  /// Steps that a forecast is made from.
  public var history: Int
  /// Steps that are forecast.
  public var horizon: Int
  /// The earliest part to learn from, the one after to validate on, the last to test on.
  public var fractions: SplitFractions
  /// What the values are counted in, for charts.
  public var unit: String

  public static let traits = SequenceTraits(readsTokens: false, exampleUnit: .windows)

  public init(_ section: inout ConfigurationReader) {
    place = DataPlace(&section)
    // A header may hold any name; one that is a number is meant as the column's place.
    column = section.optionalText("column").map { name in
      Int(name).map { .number($0) } ?? .named(name)
    }
    history = section.integer("history", default: 24, in: 1...100_000)
    horizon = section.integer("horizon", default: 1, in: 1...10_000)
    fractions = SplitFractions(&section, default: .series)
    unit = section.text("unit", default: "")
  }

  public func located(_ place: (String) -> String) -> ForecastTask {
    var copy = self
    copy.place = self.place.located(place)
    return copy
  }

  public func source(batchSize: Int, seed: UInt64) throws -> ForecastSource {
    let table = try place.table(column.map { [$0] })
    return try ForecastSource(
      try ForecastWindows(table, history: history, horizon: horizon, split: fractions),
      batchSize: batchSize, seed: seed)
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: ForecastFacts, _ random: inout RandomStream
  ) -> SequenceRegressor {
    SequenceRegressor(network.network(features: 1, outputs: horizon, &random))
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: ForecastFacts, batch: SequenceBatch) {
    let batch = SequenceBatch(
      inputs: random.normal([5, 3, 1], .float64), targets: random.normal([3, horizon], .float64))
    return (ForecastFacts(scale: Standardisation(mean: 0, deviation: 1)), batch)
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(carriesState: false)
  }

  public var knownSteps: Int { history }

  public var reading: String {
    """
    The loss is the mean squared error of standardised values: to forecast the mean of the training \
    part costs about 1. rmse is in the unit of the data; a forecast is worth something where \
    rmse/forecast is below rmse/naive, the error of saying that the last value stays.
    """
  }

  public var readings: [String: String] {
    [
      "rmse/forecast": "The forecast's error in the unit of the data; to be below rmse/naive.",
      "rmse/naive": "The error of saying that the last value stays: the mark to beat.",
    ]
  }

  /// Errors of standardised values as errors of the values themselves.
  public func inUnits(
    _ metrics: [(name: String, value: Double)], _ facts: ForecastFacts
  ) -> [(name: String, value: Double)] {
    metrics.map { name, value in
      (name, name.hasPrefix("rmse/") ? value * facts.scale.deviation : value)
    }
  }

  public func sample(
    _ model: SequenceRegressor, _ source: ForecastSource, step: Int, seed: UInt64,
    in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    let walk = try source.walk(model)
    try run.save(
      try walk.chart(of: source.windows, unit: unit, step: step), tag: "forecast", step: step,
      seed: seed)
    return [("rmse/forecast", walk.error), ("rmse/naive", walk.naiveError)]
  }
}

/// What a series decides of its forecasts.
public struct ForecastFacts: Codable, Equatable, Sendable {
  /// The scale on which the model reads and forecasts values.
  public let scale: Standardisation
}

/// Windows of a series in batches.
public struct ForecastSource: SampledSource {
  public let facts: ForecastFacts
  let windows: ForecastWindows
  public var sampler: BatchSampler

  init(_ windows: ForecastWindows, batchSize: Int, seed: UInt64) throws {
    facts = ForecastFacts(scale: windows.scales[0])
    self.windows = windows
    sampler = try windows.sampler(batchSize: batchSize, seed: seed)
  }

  public func batch(at indices: [Int]) throws -> SequenceBatch {
    SequenceBatch(try windows.batch(at: indices), horizon: windows.horizon)
  }

  public func validation() throws -> () throws -> SequenceBatch? { try part(.validation) }

  public func test() throws -> (() throws -> SequenceBatch?)? {
    windows.count(of: .test) > 0 ? try part(.test) : nil
  }

  private func part(_ part: ForecastWindows.Part) throws -> () throws -> SequenceBatch? {
    try batches(of: windows.count(of: part), size: sampler.batchSize) {
      SequenceBatch(try windows.batch(part, at: $0), horizon: windows.horizon)
    }
  }

  /// Forecasts of the next step all along the validation and test parts.
  func walk(_ model: SequenceRegressor) throws -> ForecastWalk {
    var forecasts: [(row: Int, value: Double)] = []
    for part in [ForecastWindows.Part.validation, .test] {
      for range in try batchRanges(of: windows.count(of: part), batchSize: sampler.batchSize) {
        let batch = try windows.batch(part, at: Array(range))
        let values = model(SequenceBatch(batch, horizon: windows.horizon).inputs).values
        for (place, row) in batch.rows.enumerated() {
          forecasts.append((row, facts.scale.original(values[place * windows.horizon])))
        }
      }
    }
    return ForecastWalk(forecasts, windows)
  }
}

extension SequenceBatch {
  /// Windows of a series.
  init(_ batch: ForecastWindows.Batch, horizon: Int) {
    self.init(
      inputs: Tensor(batch.inputs, [batch.steps, batch.batchSize, batch.features]),
      targets: Tensor(batch.targets, [batch.batchSize, horizon]))
  }
}
