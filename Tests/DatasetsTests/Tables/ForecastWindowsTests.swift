import TandemDatasets
import Testing

@Suite struct ForecastWindowsTests {
  private func table(_ values: [[Double]]) throws -> TimeSeriesTable {
    try TimeSeriesTable(name: "series", columns: values.indices.map { "c\($0)" }, values: values)
  }

  @Test func windowsAreStandardisedByTheTrainingPart() throws {
    // The first 7 of 10 train: mean 4, variance 4.
    let windows = try ForecastWindows(
      table([(1...10).map(Double.init)]), history: 3, horizon: 2,
      split: SplitFractions(train: 0.7, validation: 0.3))
    #expect(windows.scales == [Standardisation(mean: 4, deviation: 2)])
    #expect(windows.rows(of: .train) == 0..<7 && windows.rows(of: .validation) == 7..<10)
    #expect(windows.count(of: .train) == 3 && windows.count(of: .validation) == 2)
    #expect(windows.count(of: .test) == 0)
    let batch = try windows.batch(at: [2, 0])
    #expect(batch.steps == 3 && batch.batchSize == 2 && batch.features == 1)
    #expect(batch.inputs == [3, 1, 4, 2, 5, 3].map { ($0 - 4) / 2 })
    #expect(batch.targets == [6, 7, 4, 5].map { ($0 - 4) / 2 })
    #expect(batch.rows == [5, 3])
    let validation = try windows.batch(.validation, at: [0, 1])
    #expect(validation.inputs == [5, 6, 6, 7, 7, 8].map { ($0 - 4) / 2 })
    #expect(validation.targets == [8, 9, 9, 10].map { ($0 - 4) / 2 })
    #expect(windows.scales[0].original(Double(validation.targets[3])) == 10)
  }

  @Test func severalColumnsPredictTheFirst() throws {
    let windows = try ForecastWindows(
      table([(0..<20).map(Double.init), [Double](repeating: 5, count: 20)]), history: 2)
    #expect(windows.scales[1] == Standardisation(mean: 5, deviation: 1))
    let batch = try windows.batch(at: [0, 4])
    #expect(batch.features == 2 && batch.inputs.count == 2 * 2 * 2)
    let scale = windows.scales[0]
    let values = batch.inputs.indices.map { place in
      place % 2 == 0 ? scale.original(Double(batch.inputs[place])) : Double(batch.inputs[place])
    }
    for (value, expected) in zip(values, [0, 0, 4, 0, 1, 0, 5, 0] as [Double]) {
      #expect(abs(value - expected) < 1e-6)
    }
    #expect(batch.targets == [Float(scale.standard(2)), Float(scale.standard(6))])
  }

  /// What comes after the training part has no influence on anything that is learnt from.
  @Test func nothingLaterIsLearntFrom() throws {
    let values = (0..<100).map { Double(($0 * 37) % 100) }
    let windows = try ForecastWindows(table([values]), history: 8, horizon: 3)
    for start in [70, 85, 99] {
      var changed = values
      for row in start..<100 { changed[row] = 1e6 }
      let other = try ForecastWindows(table([changed]), history: 8, horizon: 3)
      #expect(other.scales == windows.scales)
      let all = Array(0..<windows.count(of: .train))
      #expect(all.count == 70 - 8 - 3 + 1)
      #expect(try other.batch(at: all) == windows.batch(at: all))
      let validation = Array(0..<windows.count(of: .validation))
      let isUntouched =
        try other.batch(.validation, at: validation)
        == windows.batch(.validation, at: validation)
      #expect(isUntouched == (start >= 85))
    }
    // The last value that is learnt from does count.
    var changed = values
    changed[69] += 1
    let other = try ForecastWindows(table([changed]), history: 8, horizon: 3)
    #expect(other.scales != windows.scales)
  }

  /// The walk forward: every step of the test is forecast once, from the true values before it.
  @Test func theTestIsWalkedWithItsRealHistory() throws {
    let values = (0..<40).map(Double.init)
    let windows = try ForecastWindows(table([values]), history: 5)
    #expect(windows.rows(of: .test) == 34..<40)
    let batch = try windows.batch(.test, at: Array(0..<windows.count(of: .test)))
    #expect(batch.rows == [34, 35, 36, 37, 38, 39])
    for (window, row) in batch.rows.enumerated() {
      let scale = windows.scales[0]
      #expect(batch.targets[window] == Float(scale.standard(values[row])))
      for step in 0..<5 {
        #expect(
          batch.inputs[step * 6 + window] == Float(scale.standard(values[row - 5 + step])))
      }
    }
  }

  @Test func windowsAreShuffledBySeedAndEpoch() throws {
    let windows = try ForecastWindows(table([(0..<60).map(Double.init)]), history: 4)
    var sampler = try windows.sampler(batchSize: windows.count(of: .train), seed: 3)
    let first = sampler.next()
    #expect(first.sorted() == Array(0..<38) && first != sampler.next())
    var same = try windows.sampler(batchSize: 38, seed: 3)
    #expect(same.next() == first)
    #expect(try Set(windows.batch(at: first).rows) == Set(4..<42))
  }

  @Test func aSeriesTooShortIsToldHowMuchItNeeds() throws {
    #expect(
      throws: DatasetError.invalid(
        parameter: "series",
        reason: "its 10 rows are too few: the train part has 7, a history of 7 with a horizon of 1"
          + " needs 8")
    ) { try ForecastWindows(table([(0..<10).map(Double.init)]), history: 7) }
    #expect(throws: DatasetError.self) {
      try ForecastWindows(table([(0..<10).map(Double.init)]), history: 2, horizon: 3)
    }
    let windows = try ForecastWindows(table([(0..<20).map(Double.init)]), history: 2)
    #expect(throws: DatasetError.self) { try windows.batch(at: [12]) }
    #expect(throws: DatasetError.self) { try windows.batch(.test, at: [-1]) }
    for (history, horizon) in [(0, 1), (1, 0), (.max, 1), (1, .max)] {
      #expect(throws: DatasetError.self) {
        try ForecastWindows(table([[1, 2, 3]]), history: history, horizon: horizon)
      }
    }
  }
}
