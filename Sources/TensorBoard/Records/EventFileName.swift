import TandemRuns

/// The name of an event file. TensorBoard reads the files of a folder in the order of their names.
struct EventFileName {
  /// The seconds since 1970 in the name, which order the files.
  let seconds: Int
  /// The whole name.
  let text: String

  private static let prefix = "events.out.tfevents."

  /// Whether the file tells how a session has ended.
  var isEnd: Bool { text.hasSuffix(".end") }

  /// A name of the given parts.
  init(seconds: Int, host: String, process: Int, session: Int) {
    self.seconds = seconds
    let digits = String(max(seconds, 0))
    let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    text = "\(Self.prefix)\(padded).\(host.filter { $0 != "/" }).\(process).\(session)"
  }

  /// A file's name, if it is that of an event file.
  private init?(_ text: String) {
    guard text.hasPrefix(Self.prefix),
      let seconds = Int(text.dropFirst(Self.prefix.count).prefix { $0 != "." })
    else { return nil }
    self.seconds = seconds
    self.text = text
  }

  /// The event files in a folder, sorted.
  static func all(in folder: String) throws(RunError) -> [EventFileName] {
    try namesInFolder(folder).compactMap(EventFileName.init)
  }
}
