/// Seeds as `--seeds` takes them: `1,2,3`, `1..5` or both.
public enum SeedList {
  /// The seeds that a text names, in its order.
  public static func seeds(of text: String) throws(SweepRequestError) -> [UInt64] {
    var seeds: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "..", omittingEmptySubsequences: false)
        .map { UInt64($0.filter { $0 != " " }) }
      switch ends.count {
      case 1:
        guard let seed = ends[0] else { throw wrong(text) }
        seeds.append(seed)
      case 2:
        guard let first = ends[0], let last = ends[1], first <= last else { throw wrong(text) }
        guard last - first < UInt64(SweepPlan.mostMembers) else {
          throw SweepRequestError("--seeds names more than \(SweepPlan.mostMembers) seeds")
        }
        seeds += first...last
      default: throw wrong(text)
      }
    }
    var seen: Set<UInt64> = []
    for seed in seeds where !seen.insert(seed).inserted {
      throw SweepRequestError("--seeds names the seed \(seed) twice")
    }
    return seeds
  }

  private static func wrong(_ text: String) -> SweepRequestError {
    SweepRequestError("--seeds takes numbers such as 1,2,3 or 1..5, not '\(text)'")
  }
}
