/// Turns tokens into text one by one, as a sampler draws them.
///
/// The pieces put together are what `Vocabulary.decode` returns. An incomplete UTF-8 sequence is
/// held back until it is whole or broken; each broken one becomes U+FFFD.
public struct StreamDecoder: Sendable {
  private let vocabulary: Vocabulary
  private var held: [UInt8] = []
  private var isAtLineStart = true

  /// A decoder at the beginning of a line.
  public init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// The text that `token` completes: often empty among bytes, a word with the blank before it
  /// among words. A number that is no token gives U+FFFD.
  public mutating func append(_ token: Int32) -> String {
    guard token >= 0, token < vocabulary.count else { return finish() + "\u{FFFD}" }
    switch vocabulary.level {
    case .characters:
      return vocabulary.tokens[Int(token)]
    case .bytes:
      held.append(UInt8(token))
      return release()
    case .words:
      if token == vocabulary.lineEnd {
        isAtLineStart = true
        return "\n"
      }
      defer { isAtLineStart = false }
      return (isAtLineStart ? "" : " ") + vocabulary.tokens[Int(token)]
    }
  }

  /// What is held back when no token follows: U+FFFD for a sequence that stays incomplete.
  public mutating func finish() -> String {
    defer { held = [] }
    return held.isEmpty ? "" : "\u{FFFD}"
  }

  private mutating func release() -> String {
    var text = ""
    var place = 0
    held.withUnsafeBufferPointer { bytes in
      scan: while place < bytes.count {
        switch TextBytes.sequence(in: bytes, at: place) {
        case .scalar(let length):
          text += String(decoding: bytes[place..<place + length], as: UTF8.self)
          place += length
        case .invalid(let length):
          text += "\u{FFFD}"
          place += length
        case .incomplete:
          break scan
        }
      }
    }
    held.removeFirst(place)
    return text
  }
}
