import Foundation

/// Reads `metrics.jsonl` as it grows.
///
/// The lines are taken apart by a scanner of ours: for the 100,000 rows of a long run Foundation's
/// JSON decoder needs a second where this needs a twentieth of one, and a comparison reads many
/// runs. The scanner accepts JSON and nothing else, members in any order, and passes members that
/// it does not know.
public struct MetricsReader: Sendable {
  private let path: String
  private var offset = 0
  private var line = 0
  /// What was read after the last end of a line.
  private var rest: [UInt8] = []
  /// The columns and values of the line at hand; kept to spare allocations.
  private var indices: [Int] = []
  private var values: [Double] = []
  /// All rows so far.
  public private(set) var history = MetricsHistory()

  /// A reader at the start of the file at `path`.
  public init(path: String) { self.path = path }

  /// Reads what was appended since the last call and returns whether rows came.
  @discardableResult
  public mutating func readOn() throws(RunError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(operation: "read", path: path, code: errno) }
    defer { close(descriptor) }
    let before = line
    let size = 1 << 20
    while true {
      let start = rest.count
      var got = 0
      rest.reserveCapacity(start + size)
      rest.append(contentsOf: repeatElement(0, count: size))
      rest.withUnsafeMutableBytes {
        repeat {
          got = pread(descriptor, $0.baseAddress! + start, size, off_t(offset))
        } while got < 0
          && errno == EINTR
      }
      if got < 0 {
        let code = errno
        rest.removeLast(size)
        throw .system(operation: "read", path: path, code: code)
      }
      rest.removeLast(size - got)
      offset += got
      if got == 0 { break }
      let bytes = rest
      let taken = bytes.withUnsafeBufferPointer { takeLines($0) }
      rest = []
      rest.append(contentsOf: bytes[taken...])
    }
    return line > before
  }

  /// Reads the last complete line of a file alone, from the file's end: a history of one row, or of
  /// none where that line is none.
  static func lastRow(of path: String) throws(RunError) -> MetricsHistory {
    try typed(path) {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let size = try file.seekToEnd()
      var length: UInt64 = 1 << 14
      while true {
        let start = size - min(size, length)
        try file.seek(toOffset: start)
        let bytes = Array(try file.read(upToCount: Int(size - start)) ?? Data())
        let end = bytes.lastIndex(of: newline) ?? 0
        let begin = bytes[..<end].lastIndex(of: newline).map { $0 + 1 }
        if let begin = start == 0 ? begin ?? 0 : begin {
          var reader = MetricsReader(path: path)
          _ = bytes[begin...].withUnsafeBufferPointer { reader.takeLines($0) }
          return reader.history
        }
        length *= 16
      }
    }
  }

  /// Takes all complete lines and returns how many bytes they were.
  private mutating func takeLines(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var start = 0
    while start < bytes.count,
      let found = memchr(bytes.baseAddress! + start, 10, bytes.count - start)
    {
      let end = UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!)
      line += 1
      if end > start {
        do {
          try takeRow(JSONScanner(UnsafeBufferPointer(rebasing: bytes[start..<end])))
        } catch {
          history.skipped.append(SkippedLine(line: line, reason: error.description))
        }
      }
      start = end + 1
    }
    return start
  }

  private mutating func takeRow(_ start: JSONScanner) throws(JSONScanner.Problem) {
    var scanner = start
    indices.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    var (step, session): (Int?, Int?)
    var (epoch, seconds) = (Double.nan, Double.nan)
    var hasValues = false
    try scanner.expect("{")
    repeat {
      if scanner.take(name: stepName) {
        try scanner.expect(":")
        step = try scanner.integer()
      } else if scanner.take(name: epochName) {
        try scanner.expect(":")
        epoch = try scanner.metric()
      } else if scanner.take(name: secondsName) {
        try scanner.expect(":")
        seconds = try scanner.metric()
      } else if scanner.take(name: sessionName) {
        try scanner.expect(":")
        session = try scanner.integer()
      } else if scanner.take(name: metricsName) {
        try scanner.expect(":")
        hasValues = true
        try takeValues(&scanner)
      } else {
        _ = try scanner.string()
        try scanner.expect(":")
        try scanner.skipValue()
      }
    } while scanner.take(",")
    try scanner.expect("}")
    try scanner.expectEnd()
    guard let step, let session, hasValues else {
      throw scanner.problem("a row needs s, n and m")
    }
    let hasPlace = history.add(
      step: step, epoch: epoch, seconds: seconds, session: session, columns: indices,
      values: values)
    if !hasPlace { throw scanner.problem("a row of session \(session) behind a later one") }
  }

  private mutating func takeValues(_ scanner: inout JSONScanner) throws(JSONScanner.Problem) {
    try scanner.expect("{")
    if scanner.take("}") { return }
    repeat {
      // Rows mostly name the same metrics in the same order.
      let guess = indices.last.map { $0 + 1 } ?? 0
      let index: Int
      if guess < history.columns.count, scanner.take(name: history.columns[guess].name) {
        index = guess
      } else {
        index = column(of: try scanner.string())
      }
      try scanner.expect(":")
      indices.append(index)
      values.append(try scanner.metric())
    } while scanner.take(",")
    try scanner.expect("}")
  }

  private mutating func column(of name: String) -> Int {
    if let index = history.columnsByName[name] { return index }
    let index = history.columns.count
    // A name that JSON must escape is never found by its plain bytes.
    history.columns.append(.init(name: Array(name.utf8)))
    history.columnsByName[name] = index
    return index
  }
}

private let newline = UInt8(ascii: "\n")
private let stepName = Array("s".utf8)
private let epochName = Array("e".utf8)
private let secondsName = Array("t".utf8)
private let sessionName = Array("n".utf8)
private let metricsName = Array("m".utf8)
