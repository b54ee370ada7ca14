import Foundation

/// The tokens a model knows, numbered from 0: what turns text into numbers and back.
///
/// A vocabulary is built once, from the training text, and never changes after: it is stored as
/// JSON beside the model whose layers have its size.
public struct Vocabulary: Hashable, Sendable {
  /// What one token is.
  public enum Level: String, Codable, CaseIterable, Sendable {
    /// A Unicode scalar, as in char-rnn; a letter with a combining accent is two tokens.
    case characters
    /// One of the 256 bytes of UTF-8: no token is ever unknown.
    case bytes
    /// A run of non-blank characters; every line's end is the token `<eos>`, as in the Penn
    /// Treebank's usual preparation.
    case words
  }

  /// How the token that stands for all others is written.
  public static let unknownToken = "<unk>"
  /// How the end of a line is written among words.
  public static let endOfSentence = "<eos>"

  /// What one token is.
  public let level: Level
  /// The tokens in the order of their numbers; empty for bytes, which need no list.
  public let tokens: [String]
  /// The number of the token that stands for all others; nil where there is none.
  public let unknown: Int32?
  /// The number of the token that ends a line: a newline or `<eos>`; nil where no line ended.
  public let lineEnd: Int32?

  let numbers: TokenNumbers

  /// The number of different tokens: the size of a model's embedding and softmax.
  public var count: Int { level == .bytes ? 256 : tokens.count }

  /// The vocabulary of the 256 bytes.
  public static let bytes = Vocabulary(checked: .bytes, [])

  /// A vocabulary of these tokens in this order.
  ///
  /// - Throws: `DatasetError.invalid` when there is none, one repeats or is no token of the level,
  ///   or words lack `<unk>` or `<eos>`.
  public init(level: Level, tokens: [String]) throws {
    if let reason = Self.fault(in: tokens, level) {
      throw DatasetError.invalid(parameter: "vocabulary", reason: reason)
    }
    self.init(checked: level, tokens)
  }

  init(checked level: Level, _ tokens: [String]) {
    self.level = level
    self.tokens = tokens
    numbers = TokenNumbers(level, tokens)
    unknown = level == .bytes ? nil : numbers[Self.unknownToken]
    lineEnd =
      switch level {
      case .bytes: 10
      case .characters: numbers["\n"]
      case .words: numbers[Self.endOfSentence]
      }
  }

  private static func fault(in tokens: [String], _ level: Level) -> String? {
    guard level != .bytes else {
      return tokens.isEmpty ? nil : "bytes are all known: there is no list of them"
    }
    guard !tokens.isEmpty else { return "there are no tokens" }
    guard tokens.count <= Int(Int32.max) else {
      return "there are more tokens than 32 bits can number"
    }
    var seen = Set<[UInt8]>()
    for (number, token) in tokens.enumerated() {
      let isToken =
        switch level {
        case .bytes: false
        case .characters: token.unicodeScalars.count == 1 || token == unknownToken
        case .words: !token.isEmpty && !token.utf8.contains(where: TextBytes.isBlank)
        }
      guard isToken else {
        return "token \(number) is not one of \(level): \(token.debugDescription)"
      }
      // Strings that look the same compare equal; tokens differ when their bytes do.
      guard seen.insert(Array(token.utf8)).inserted else {
        return "token \(number) repeats an earlier one: \(token.debugDescription)"
      }
    }
    if level == .words {
      for needed in [unknownToken, endOfSentence] where !seen.contains(Array(needed.utf8)) {
        return "words need the token \(needed)"
      }
    }
    return nil
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.level == right.level
      && left.tokens.elementsEqual(right.tokens) { $0.utf8.elementsEqual($1.utf8) }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(level)
    hasher.combine(tokens.count)
  }
}
