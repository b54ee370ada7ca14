/// Finds the number of a token by its bytes, which tell apart what compares equal as a string.
struct TokenNumbers: Sendable {
  private let scalars: [UInt32: Int32]
  /// The numbers of the characters of ASCII, −1 where unknown: nearly all lookups end here.
  private let ascii: [Int32]
  private let words: [Bytes: Int32]

  /// A token's bytes as a key.
  struct Bytes: Hashable, Sendable {
    let bytes: ArraySlice<UInt8>
    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    static func == (left: Self, right: Self) -> Bool { left.bytes.elementsEqual(right.bytes) }

    func hash(into hasher: inout Hasher) {
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  init(_ level: Vocabulary.Level, _ tokens: [String]) {
    var scalars: [UInt32: Int32] = [:]
    var ascii = [Int32](repeating: -1, count: 128)
    var words: [Bytes: Int32] = [:]
    for (number, token) in tokens.enumerated() {
      if level == .characters, token.unicodeScalars.count == 1,
        let scalar = token.unicodeScalars.first
      {
        scalars[scalar.value] = Int32(number)
        if scalar.isASCII { ascii[Int(scalar.value)] = Int32(number) }
      } else {
        words[Bytes(Array(token.utf8)[...])] = Int32(number)
      }
    }
    self.scalars = scalars
    self.ascii = ascii
    self.words = words
  }

  /// The number of a character.
  func number(of scalar: Unicode.Scalar) -> Int32? {
    guard scalar.isASCII else { return scalars[scalar.value] }
    let number = ascii[Int(scalar.value)]
    return number < 0 ? nil : number
  }

  /// The number of a word, given by its bytes.
  func number(of word: ArraySlice<UInt8>) -> Int32? { words[Bytes(word)] }

  /// The number of a token as it is written in the list.
  subscript(token: String) -> Int32? {
    let scalars = token.unicodeScalars
    if scalars.count == 1, let scalar = scalars.first, let number = number(of: scalar) {
      return number
    }
    return number(of: Array(token.utf8)[...])
  }
}
