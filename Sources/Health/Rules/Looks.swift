/// How many looks in a row found something wrong.
struct Looks: Codable, Sendable, Equatable {
  private(set) var count = 0

  /// Counts a look that found something wrong; returns whether there were enough in a row.
  mutating func isEnough(_ patience: Int) -> Bool {
    count = min(count, Int.max - 1) + 1
    return count >= patience
  }

  /// Forgets them: a look found nothing wrong.
  mutating func clear() { count = 0 }
}
