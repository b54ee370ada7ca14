extension ConfigurationValue {
  /// Short names for the keys at some paths: the last key of each where no other path ends in it;
  /// else the first and the last; else the whole path.
  package static func shortKeys(_ paths: [String]) -> [String] {
    let keys = paths.map { $0.split(separator: ".").map(String.init) }
    let last = keys.map { $0.last ?? "" }
    let ends = keys.map { $0.count > 1 ? "\($0[0]) \($0[$0.count - 1])" : $0.first ?? "" }
    let (lastCounts, endCounts) = (counts(last), counts(ends))
    return paths.indices.map { index in
      lastCounts[last[index]] == 1
        ? last[index] : endCounts[ends[index]] == 1 ? ends[index] : paths[index]
    }
  }

  private static func counts(_ names: [String]) -> [String: Int] {
    Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
