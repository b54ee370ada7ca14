/// `state.json` with a checksum of its own, on its second line:
///
/// ```
/// {
///   "sha256" : "…",
///   "files" : …
/// ```
///
/// It is that of the file without this line. A digit that flips in a state would otherwise be
/// resumed from without anybody noticing. A file without the line is taken as it is.
enum StateFile {
  private static let prefix = Array(#"  "sha256" : ""#.utf8)
  private static let suffix = Array("\",\n".utf8)

  /// The text of the file, from that without a checksum.
  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    let head = bytes.prefix(while: { $0 != newline }).count + 1
    let line = prefix + Array(Fingerprint.sha256(of: bytes).utf8) + suffix
    return bytes[..<head] + line + bytes[head...]
  }

  /// Throws `RunError.damaged` where the file's bytes are not those that were written.
  static func check(_ path: String) throws(RunError) {
    let bytes = try readFile(path)
    let head = bytes.prefix(while: { $0 != newline }).count + 1
    guard head < bytes.count, bytes[head...].starts(with: prefix) else { return }
    let line = bytes[head...].prefix(while: { $0 != newline })
    let rest = Array(bytes[..<head] + bytes[line.endIndex...].dropFirst())
    let expected = prefix + Array(Fingerprint.sha256(of: rest).utf8) + suffix.dropLast()
    guard Array(line) == expected else {
      throw .damaged(path: path, reason: "its bytes are not those that were written (SHA-256)")
    }
  }
}

private let newline = UInt8(ascii: "\n")
