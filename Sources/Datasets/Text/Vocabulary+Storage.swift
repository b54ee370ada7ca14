import Foundation

extension Vocabulary: Codable {
  private enum Key: String, CodingKey {
    case level, tokens
  }

  /// Reads {"level": …, "tokens": […]}; bytes have no list.
  ///
  /// - Throws: `DatasetError.invalid` for tokens that make no vocabulary; `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    try self.init(
      level: try container.decode(Level.self, forKey: .level),
      tokens: try container.decodeIfPresent([String].self, forKey: .tokens) ?? [])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(level, forKey: .level)
    if level != .bytes { try container.encode(tokens, forKey: .tokens) }
  }

  /// Reads a vocabulary that `write(to:)` stored.
  ///
  /// - Throws: `DatasetError.unreadable`, `.unsuitable` when empty, or `.damaged` when it is no sound vocabulary.
  public init(contentsOf path: String) throws {
    let bytes = try Text(contentsOf: path, for: .bytes).bytes
    do {
      self = try JSONDecoder().decode(Vocabulary.self, from: Data(bytes))
    } catch DatasetError.invalid(_, let reason) {
      throw DatasetError.damaged(path: path, reason: "not a vocabulary: \(reason)")
    } catch {
      throw DatasetError.damaged(
        path: path, reason: #"not a vocabulary: {"level": …, "tokens": […]} in JSON"#)
    }
  }

  /// Stores the vocabulary as JSON, replacing a file at `path` at once or not at all.
  ///
  /// - Throws: `DatasetError.invalid` when the file cannot be written.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw DatasetError.invalid(
        parameter: path, reason: "cannot be written: \(Self.reason(of: error))")
    }
  }

  private static func reason(of error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return cause.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
  }
}
