/// What the bytes of a text mean.
enum TextBytes {
  /// Whether a byte separates words; the other blanks of Unicode are left inside them.
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// The length of the UTF-8 sequence that a byte begins, by the byte alone; nil if it begins none.
  static func sequenceLength(_ first: UInt8) -> Int? {
    switch first {
    case 0x00...0x7F: 1
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: nil
    }
  }

  /// The bytes that may follow a first byte: they exclude overlong forms, surrogates and what lies
  /// beyond U+10FFFF (The Unicode Standard, table 3-7).
  static func secondRange(_ first: UInt8) -> ClosedRange<UInt8> {
    switch first {
    case 0xE0: 0xA0...0xBF
    case 0xED: 0x80...0x9F
    case 0xF0: 0x90...0xBF
    case 0xF4: 0x80...0x8F
    default: 0x80...0xBF
    }
  }

  /// What a sequence of bytes at the head of `bytes` is.
  enum Sequence: Equatable {
    /// A whole scalar of this many bytes.
    case scalar(length: Int)
    /// The beginning of one that further bytes may complete.
    case incomplete
    /// No scalar begins so: this many bytes make one replacement character.
    case invalid(length: Int)
  }

  /// The sequence that begins at `start`, which must be within `bytes`.
  static func sequence(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Sequence {
    let first = bytes[start]
    guard let length = sequenceLength(first) else { return .invalid(length: 1) }
    for place in 1..<max(length, 1) {
      guard start + place < bytes.count else { return .incomplete }
      let range = place == 1 ? secondRange(first) : 0x80...0xBF
      guard range.contains(bytes[start + place]) else { return .invalid(length: place) }
    }
    return .scalar(length: length)
  }

  /// The offset of the first byte that belongs to no UTF-8 sequence; nil in valid text.
  static func firstInvalid(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      while place < bytes.count {
        if bytes[place] < 0x80 {
          place += 1
          continue
        }
        guard case .scalar(let length) = sequence(in: bytes, at: place) else { return place }
        place += length
      }
      return nil
    }
  }
}
