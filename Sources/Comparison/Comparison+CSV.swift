import TandemRuns

extension Comparison {
  /// The rows of the compared metrics as they were recorded, as CSV (RFC 4180) with the columns
  ///
  /// | column | holds |
  /// |---|---|
  /// | run | the run's id |
  /// | seed | its seed; empty where it is unknown |
  /// | metric | the metric's name |
  /// | step | steps taken |
  /// | epoch | passes over the data; empty where the row has none |
  /// | seconds | seconds since the run began; empty where the row has none |
  /// | value | the shortest decimal that reads back as the same double; NaN, inf or -inf |
  ///
  /// Runs in the order of groups, of each the metrics in the comparison's order, rows by step.
  public var csv: [UInt8] {
    var text = Array("run,seed,metric,step,epoch,seconds,value\n".utf8)
    for run in runs {
      for metric in metrics {
        guard let series = run.series[metric.name] else { continue }
        let head = [run.id, run.seed.map { "\($0)" } ?? "", metric.name]
        let start = Array((head.map(ReportText.cell).joined(separator: ",") + ",").utf8)
        let (steps, epochs, seconds) = (series.steps, series.epochs, series.seconds)
        for (row, value) in series.values.enumerated() {
          text += start
          text += steps[row].description.utf8
          text.append(UInt8(ascii: ","))
          if !epochs[row].isNaN { text += epochs[row].description.utf8 }
          text.append(UInt8(ascii: ","))
          if !seconds[row].isNaN { text += seconds[row].description.utf8 }
          text.append(UInt8(ascii: ","))
          text += (value.isNaN ? "NaN" : value.description).utf8
          text.append(UInt8(ascii: "\n"))
        }
      }
    }
    return text
  }
}
