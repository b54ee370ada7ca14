import Foundation
import TandemExplanations
import Testing

/// The repository's folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path(percentEncoded: false)

/// The explanation of one of the repository's experiments.
func explanation(of name: String, _ overrides: String...) throws -> Explanation {
  try Explanation(directory: "\(repository)/experiments/\(name)", overrides: overrides)
}

extension Explanation {
  /// The values of all numbers by name.
  var values: [String: Double] {
    Dictionary(uniqueKeysWithValues: quantities.map { ($0.id, $0.value) })
  }
}

/// Expects numbers of a page to be, to the bit, those of a tensor.
func expect(
  _ explanation: Explanation, _ ids: [String], equal values: [Double],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = explanation.values
  #expect(ids.count == values.count, sourceLocation: sourceLocation)
  for (id, value) in zip(ids, values) {
    #expect(found[id] == value, "\(id)", sourceLocation: sourceLocation)
  }
}

/// The experiments of `tandem explain`.
let explained = [
  "explain-two-layer", "explain-1-2-2-1", "explain-conv", "explain-rnn", "explain-lstm",
]
