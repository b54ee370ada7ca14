import TandemDatasets

/// What the members of a sweep set: the product of grids, or random draws.
///
/// The plan is a function of what was asked for: the same request gives the same members in the
/// same order, and more draws leave the first ones as they are.
public struct SweepPlan: Equatable, Sendable {
  /// A key of the configuration that a member sets, and the value, which is YAML.
  public struct Choice: Equatable, Sendable {
    /// The path of the key, joined by dots.
    public let key: String
    /// The value as it was written or drawn.
    public let value: String

    /// As `--set` takes it.
    public var override: String { "\(key)=\(value)" }
  }

  /// The keys that members set.
  public let keys: [String]
  /// What each member sets, in the order of the keys; a single empty one where nothing is asked
  /// for.
  public let members: [[Choice]]

  /// No sweep has more members.
  static let mostMembers = 10_000

  /// The plan of a request.
  ///
  /// - Parameters:
  ///   - grids: `key=value,value,…` each. The members are the product, the last key the fastest.
  ///   - samples: `key=distribution` each; see `Distribution`.
  ///   - random: How many members to draw. A key with a grid takes one of its values then; where
  ///     there are grids alone, no member is drawn twice.
  ///   - seed: What the draws follow from.
  public init(
    grids: [String], samples: [String] = [], random: Int? = nil, seed: UInt64 = 1
  ) throws(SweepRequestError) {
    var lists: [(key: String, values: [String])] = []
    var distributions: [(key: String, distribution: Distribution)] = []
    for text in grids {
      let (key, value) = try ValueList.assignment(
        text, option: "--grid", form: "key=value,value,…")
      lists.append((key, try ValueList.values(of: value, option: "--grid \(key)")))
    }
    for text in samples {
      let (key, value) = try ValueList.assignment(
        text, option: "--sample", form: "key=log(a,b) and the like")
      distributions.append((key, try Distribution(value, option: "--sample \(key)")))
    }
    keys = lists.map(\.key) + distributions.map(\.key)
    var seen: Set<String> = []
    for key in keys where !seen.insert(key).inserted {
      throw SweepRequestError("the key '\(key)' is given values twice")
    }
    var product = 1
    for list in lists {
      let (count, isTooLarge) = product.multipliedReportingOverflow(by: list.values.count)
      product = isTooLarge ? .max : count
    }
    let count = random ?? product
    guard count >= 1 else { throw SweepRequestError("--random takes a number of at least 1") }
    guard count <= Self.mostMembers else {
      let size = count == .max ? "too many" : "\(count)"
      throw SweepRequestError("a sweep has \(Self.mostMembers) members at most, not \(size)")
    }
    guard random != nil else {
      if let key = distributions.first?.key {
        throw SweepRequestError("--sample \(key) needs --random N: how many members to draw")
      }
      members = (0..<product).map { Self.combination($0, of: lists) }
      return
    }
    if keys.isEmpty {
      throw SweepRequestError("--random needs a --sample or a --grid to draw from")
    }
    if distributions.isEmpty, product <= Self.mostProduct {
      guard count <= product else {
        throw SweepRequestError("--random \(count): the grids have \(product) combinations only")
      }
      let order = Philox(seed: seed).permutation(of: product, round: 0)
      members = order.prefix(count).map { Self.combination($0, of: lists) }
      return
    }
    let all = lists.map { ($0.key, Distribution.choice($0.values)) } + distributions
    members = (0..<count).map { index in
      all.map { key, distribution in
        Choice(key: key, value: distribution.value(of: key, seed: seed, index: index))
      }
    }
  }

  /// Products beyond this are drawn from key by key; two draws are hardly ever the same then.
  private static let mostProduct = 1 << 20

  /// The combination number `index` of a product, the last list the fastest.
  private static func combination(
    _ index: Int, of lists: [(key: String, values: [String])]
  ) -> [Choice] {
    var rest = index
    var choices: [Choice] = []
    for (key, values) in lists.reversed() {
      choices.append(Choice(key: key, value: values[rest % values.count]))
      rest /= values.count
    }
    return choices.reversed()
  }
}
