extension ConfigurationReader {
  /// Reads a matrix: a list of rows, each a list of as many numbers.
  ///
  /// - Parameters:
  ///   - rows: How many rows are accepted.
  ///   - columns: How many numbers a row may have.
  public mutating func matrix(
    _ key: String, rows: some ValueRange<Int> = Unbounded(),
    columns: some ValueRange<Int> = Unbounded()
  ) -> [[Double]] {
    guard let node = take(key) else {
      report(key, "this key is required; expected a list of rows of numbers")
      return fallback(key, rows, columns)
    }
    guard case .list(let items) = node.content else {
      report(key, "expected a list of rows of numbers, found \(node.found)", at: node.location)
      return fallback(key, rows, columns)
    }
    let form = ScalarForm<Double>.number(in: Unbounded())
    var matrix: [[Double]] = []
    for (index, item) in items.enumerated() {
      guard case .list(let numbers) = item.content else {
        report(
          "\(key).\(index)", "expected a row of numbers, found \(item.found)", at: item.location)
        return fallback(key, rows, columns)
      }
      var row: [Double] = []
      for (column, number) in numbers.enumerated() {
        switch form.read(number) {
        case .success(let value): row.append(value)
        case .failure(let mismatch):
          report("\(key).\(index).\(column)", mismatch.message, at: number.location)
          return fallback(key, rows, columns)
        }
      }
      matrix.append(row)
    }
    let width = matrix.first?.count ?? 0
    func found(_ range: some ValueRange<Int>, _ noun: String, _ count: Int) -> String? {
      guard !range.contains(count) else { return nil }
      return "expected a count \(range.expectation ?? "") of \(noun), found \(count)"
    }
    if let message = found(rows, "rows", matrix.count) ?? found(columns, "columns", width) {
      report(key, message, at: node.location)
      return fallback(key, rows, columns)
    }
    if let row = matrix.firstIndex(where: { $0.count != width }) {
      report(
        "\(key).\(row)",
        "expected \(width) numbers as in the first row, found \(matrix[row].count)",
        at: items[row].location)
      return fallback(key, rows, columns)
    }
    record(key, .list(matrix.map { .list($0.map { .number($0) }) }))
    return matrix
  }

  /// A matrix of the accepted size that stands in for one that could not be read.
  private mutating func fallback(
    _ key: String, _ rows: some ValueRange<Int>, _ columns: some ValueRange<Int>
  ) -> [[Double]] {
    record(key, .null)
    return Array(
      repeating: Array(repeating: 1, count: max(columns.example ?? 1, 1)),
      count: max(rows.example ?? 1, 1))
  }
}
