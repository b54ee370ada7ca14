extension MetricsHistory {
  /// Gives every row to a body: its number from 0, and its value of each of `keys`, nil where it
  /// has none.
  public func forEachRow(
    _ body: (_ row: Int, _ values: [Double?]) throws -> Void
  ) rethrows {
    let columns = keys.compactMap { columnsByName[$0] }.map { self.columns[$0] }
    var places = [Int](repeating: 0, count: columns.count)
    var values = [Double?](repeating: nil, count: columns.count)
    for row in 0..<count {
      for (index, column) in columns.enumerated() {
        let place = places[index]
        if place < column.rows.count, column.rows[place] == row {
          values[index] = column.values[place]
          places[index] += 1
        } else {
          values[index] = nil
        }
      }
      try body(row, values)
    }
  }

  /// The rows as lines of `metrics.jsonl`, each with its session.
  package func forEachLine(_ body: ([UInt8]) throws -> Void) rethrows {
    let keys = keys
    try forEachRow { row, values in
      var line: [UInt8] = []
      MetricsLog.append(
        step: steps[row], epoch: epochs[row], seconds: seconds[row], session: sessions[row],
        to: &line
      ) { text in
        for (key, value) in zip(keys, values) {
          guard let value else { continue }
          MetricsLog.append(key, to: &text) { JSONText.append(value, to: &$0) }
        }
      }
      try body(line)
    }
  }
}
