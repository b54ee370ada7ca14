/// A text file that only grows, line by line.
///
/// Bytes wait in memory until `flush`. Where the disk refuses some of them, they stay and the next
/// flush goes on with the first byte not yet written, so that a full disk tears no line in two for
/// good. A last line that an earlier process left without its end is closed before anything is
/// added: readers then see one damaged line, never two rows in one.
struct AppendFile {
  let path: String
  private let fileSystem: any FileSystem
  private var file: OpenFile?
  /// What waits to be written.
  private(set) var pending: [UInt8] = []

  init(path: String, fileSystem: any FileSystem) throws(RunError) {
    self.path = path
    self.fileSystem = fileSystem
    let last = try lastByte(of: path)
    file = try fileSystem.open(path, for: .appending)
    if let last, last != UInt8(ascii: "\n") { pending.append(UInt8(ascii: "\n")) }
  }

  /// Lets a body add bytes to those that wait.
  mutating func add(_ body: (inout [UInt8]) -> Void) { body(&pending) }

  /// Hands all waiting bytes to the system.
  mutating func flush() throws(RunError) {
    guard let file, !pending.isEmpty else { return }
    // The bytes are moved out and back, so that their storage serves again.
    var bytes: [UInt8] = []
    swap(&bytes, &pending)
    var written = 0
    defer {
      bytes.removeFirst(written)
      swap(&bytes, &pending)
    }
    let fileSystem = fileSystem
    try typed(path) {
      try bytes.withUnsafeBytes {
        while written < $0.count {
          written += try fileSystem.write(
            UnsafeRawBufferPointer(rebasing: $0[written...]), to: file)
        }
      }
    }
  }

  /// Flushes to the disk itself, so that the bytes survive a power cut.
  mutating func synchronize() throws(RunError) {
    try flush()
    if let file { try fileSystem.synchronize(file) }
  }

  /// Flushes to the disk itself and closes; the file is closed also when that fails.
  mutating func close() throws(RunError) {
    guard let file else { return }
    do {
      try synchronize()
    } catch {
      try? fileSystem.close(file)
      self.file = nil
      throw error
    }
    self.file = nil
    try fileSystem.close(file)
  }
}
