/// How many looks in a row found something wrong.
struct Looks: Codable, Sendable, Equatable {
  private(set) var count = 0

  /// What a look says that found a value: wrong below the threshold and so often in a row, well
  /// from 1.2 times the threshold on, in between nothing.
  mutating func judge(
    _ value: Double, threshold: Double, patience: Int, message: String
  ) -> HealthVerdict? {
    guard value < threshold else {
      clear()
      return value >= 1.2 * threshold ? .well : nil
    }
    guard isEnough(patience) else { return nil }
    return .sick(HealthFinding(value: value, threshold: threshold, message: message))
  }

  /// Counts a look that found something wrong; returns whether there were enough in a row.
  mutating func isEnough(_ patience: Int) -> Bool {
    count = min(count, Int.max - 1) + 1
    return count >= patience
  }

  /// Forgets them: a look found nothing wrong.
  mutating func clear() { count = 0 }
}
