/// How a file of separated values is written.
public struct CSVFormat: Hashable, Sendable {
  /// What stands between fields: one ASCII character.
  public var delimiter: Character
  /// What begins a line to be passed over; nil where there are none.
  public var comment: Character?
  /// Whether the first record names the columns; nil finds out: it does when a field of a column
  /// that is read is not a number.
  public var hasHeader: Bool?

  /// Fields between commas, comments after "#".
  public init(delimiter: Character = ",", comment: Character? = "#", hasHeader: Bool? = nil) {
    self.delimiter = delimiter
    self.comment = comment
    self.hasHeader = hasHeader
  }
}

/// A record of a file of separated values.
struct CSVRecord: Hashable, Sendable {
  /// The line it begins in, from 1.
  let line: Int
  /// Its fields, without quotes and the blanks around them.
  let fields: [String]
}

/// Reads records as RFC 4180 describes them: fields in double quotes may hold the delimiter, line
/// ends and doubled quotes. Empty lines and comments are passed over.
struct CSVReader {
  private let path: String
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private let comment: UInt8?
  private var place = 0
  private var line = 1

  init(_ text: Text, _ format: CSVFormat) throws {
    path = text.name
    bytes = text.bytes
    guard let delimiter = format.delimiter.asciiValue, !Array("\"\n\r.".utf8).contains(delimiter)
    else {
      throw DatasetError.invalid(
        parameter: "delimiter", reason: "'\(format.delimiter)' cannot stand between fields")
    }
    self.delimiter = delimiter
    comment = format.comment?.asciiValue
  }

  /// All records of the file.
  mutating func records() throws -> [CSVRecord] {
    var records: [CSVRecord] = []
    while place < bytes.count {
      if bytes[place] == comment || lineIsBlank {
        skipLine()
      } else {
        records.append(try record())
      }
    }
    return records
  }

  private var lineIsBlank: Bool {
    let rest = bytes[place...].prefix { $0 != 0x0A }
    return rest.allSatisfy { TextBytes.isBlank($0) && $0 != delimiter }
  }

  private mutating func skipLine() {
    place = bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    line += 1
  }

  /// The record that begins here, its line end included.
  private mutating func record() throws -> CSVRecord {
    let start = line
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard place < bytes.count else { break }
      let separator = bytes[place]
      place += 1
      if separator == 0x0A {
        line += 1
        break
      }
      // A delimiter as the last byte of the file has an empty field after it.
      if place == bytes.count {
        fields.append("")
        break
      }
    }
    return CSVRecord(line: start, fields: fields)
  }

  /// The field that begins here; stops at the delimiter, line end or end of file after it.
  private mutating func field() throws -> String {
    skipBlanks()
    guard place < bytes.count, bytes[place] == 0x22 else {
      let rest = bytes[place...].prefix { $0 != delimiter && $0 != 0x0A }
      place = rest.endIndex
      var field = rest
      while let last = field.last, TextBytes.isBlank(last) { field.removeLast() }
      return String(decoding: field, as: UTF8.self)
    }
    let field = try quoted()
    skipBlanks()
    guard place == bytes.count || bytes[place] == delimiter || bytes[place] == 0x0A else {
      throw DatasetError.damaged(
        path: path, reason: "line \(line): text after the closing quote of a field")
    }
    return field
  }

  private mutating func quoted() throws -> String {
    let start = line
    var field: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == 0x22 {
        guard place < bytes.count, bytes[place] == 0x22 else {
          return String(decoding: field, as: UTF8.self)
        }
        place += 1
      } else if byte == 0x0A {
        line += 1
      }
      field.append(byte)
    }
    throw DatasetError.damaged(path: path, reason: "line \(start): a quoted field is never closed")
  }

  private mutating func skipBlanks() {
    while place < bytes.count, bytes[place] != 0x0A, bytes[place] != delimiter,
      TextBytes.isBlank(bytes[place])
    {
      place += 1
    }
  }
}
