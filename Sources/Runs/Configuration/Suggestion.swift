/// The accepted word that a mistyped one most likely means; nil when none is near.
///
/// Nearness is the number of insertions, deletions, replacements and swaps of neighbours
/// (optimal string alignment), upper and lower case being the same; a third of the word's length
/// is allowed, at least one.
package func suggestion(for word: String, among accepted: [String]) -> String? {
  let nearest = accepted.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
    .min { $0.1 < $1.1 }
  guard let (candidate, distance) = nearest, distance <= max(1, word.count / 3) else { return nil }
  return candidate
}

func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  // Rows i - 2, i - 1 and i of the table of distances between prefixes.
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
