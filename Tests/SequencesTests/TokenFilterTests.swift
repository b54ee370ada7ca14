import Foundation
import TandemSequences
import TandemTensors
import TandemTraining
import Testing

@Suite struct TokenFilterTests {
  private let logits: [Float] = [0.1, 0.4, 0.2, 0.3].map { Float(log($0)) }

  private func expect(
    _ filter: TokenFilter, _ logits: [Float], gives expected: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = filter.probabilities(logits)
    for (a, b) in zip(found, expected) {
      #expect(abs(a - b) < 1e-6, "\(found)", sourceLocation: sourceLocation)
      // What cannot be drawn has no probability at all.
      #expect((a == 0) == (b == 0), sourceLocation: sourceLocation)
    }
  }

  @Test func temperature() throws {
    try expect(TokenFilter(), logits, gives: [0.1, 0.4, 0.2, 0.3])
    // Squares: 0.01, 0.16, 0.04, 0.09.
    try expect(
      TokenFilter(temperature: 0.5), logits, gives: [1.0 / 30, 16.0 / 30, 4.0 / 30, 9.0 / 30])
    try expect(TokenFilter(temperature: 0), logits, gives: [0, 1, 0, 0])
    // However small it is, nothing overflows.
    try expect(TokenFilter(temperature: 1e-300), logits, gives: [0, 1, 0, 0])
  }

  @Test func topK() throws {
    try expect(TokenFilter(topK: 2), logits, gives: [0, 4.0 / 7, 0, 3.0 / 7])
    try expect(TokenFilter(topK: 1), logits, gives: [0, 1, 0, 0])
    try expect(TokenFilter(topK: 9), logits, gives: [0.1, 0.4, 0.2, 0.3])
    // Of equals the first are kept, and never more than k.
    try expect(TokenFilter(topK: 3), [1, 1, 1, 1, 1], gives: [1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 0])
    try expect(TokenFilter(topK: 2), [0, 2, 1, 1, 1], gives: [0, 0.7310586, 0.2689414, 0, 0])
  }

  @Test func topP() throws {
    try expect(TokenFilter(topP: 0.3), logits, gives: [0, 1, 0, 0])
    try expect(TokenFilter(topP: 0.5), logits, gives: [0, 4.0 / 7, 0, 3.0 / 7])
    try expect(TokenFilter(topP: 0.71), logits, gives: [0, 4.0 / 9, 2.0 / 9, 3.0 / 9])
    try expect(TokenFilter(topP: 1), logits, gives: [0.1, 0.4, 0.2, 0.3])
    try expect(TokenFilter(topP: 0), logits, gives: [0, 1, 0, 0])
    // Exactly half is enough, of equals the first.
    try expect(TokenFilter(topP: 0.5), [3, 3, 3, 3], gives: [0.5, 0.5, 0, 0])
  }

  /// The nucleus is that of what top-k and the temperature have left.
  @Test func together() throws {
    // Of 0.4 / 0.7 and 0.3 / 0.7 the first alone is more than half.
    try expect(TokenFilter(topK: 2, topP: 0.55), logits, gives: [0, 1, 0, 0])
    try expect(
      TokenFilter(temperature: 0.5, topP: 0.54), logits, gives: [0, 16.0 / 25, 0, 9.0 / 25])
  }

  /// No logits stop the drawing: what is not a number is impossible.
  @Test func oddLogits() throws {
    try expect(TokenFilter(), [.nan, 1, 1], gives: [0, 0.5, 0.5])
    try expect(TokenFilter(topK: 2), [.nan, 1, 1, 0], gives: [0, 0.5, 0.5, 0])
    try expect(TokenFilter(), [-.infinity, 1, 1], gives: [0, 0.5, 0.5])
    try expect(TokenFilter(), [0, .infinity, 1], gives: [0, 1, 0])
    try expect(TokenFilter(), [.nan, .nan], gives: [1, 0])
  }

  @Test func refusesSettings() {
    for (settings, message): (@Sendable () throws(HyperparameterError) -> TokenFilter, String) in [
      (
        { () throws(HyperparameterError) in try TokenFilter(temperature: -1) },
        "temperature is -1.0, it must be finite and not negative"
      ),
      (
        { () throws(HyperparameterError) in try TokenFilter(topK: 0) },
        "topK is 0, it must be at least 1"
      ),
      (
        { () throws(HyperparameterError) in try TokenFilter(topP: 1.5) },
        "topP is 1.5, it must be between 0.0 and 1.0"
      ),
    ] {
      let error = #expect(throws: HyperparameterError.self) { _ = try settings() }
      #expect("\(error!)" == message)
    }
  }
}
