import Foundation

/// The one form in which this room writes Codable values: keys sorted, dates as ISO 8601 in UTC
/// with milliseconds, numbers that are not finite as strings.
enum JSONCoding {
  static func encoder(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Timestamp.text(of: date))
    }
    return encoder
  }

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      let text = try container.decode(String.self)
      guard let date = Timestamp.date(of: text) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(text)' is not a time")
      }
      return date
    }
    return decoder
  }

  /// A value as one file, its last line ended.
  static func file<Value: Encodable>(_ value: Value, path: String) throws(RunError) -> [UInt8] {
    try typed(path) { Array(try encoder(pretty: true).encode(value)) + [UInt8(ascii: "\n")] }
  }

  /// Reads a value from a file.
  static func read<Value: Decodable>(
    _ type: Value.Type, from path: String
  ) throws(RunError) -> Value {
    let bytes = try readFile(path)
    return try typed(path) { try decoder().decode(type, from: Data(bytes)) }
  }
}
