import Foundation

/// The bytes of a file.
package func readFile(_ path: String) throws(RunError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .system(operation: "read", path: path, code: errno) }
  defer { close(descriptor) }
  var status = stat()
  // The size is a hint: files of /proc say 0.
  let hint = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  var bytes = [UInt8](repeating: 0, count: max(hint, 4096) + 1)
  var count = 0
  while true {
    if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
    let got = bytes.withUnsafeMutableBytes {
      read(descriptor, $0.baseAddress! + count, $0.count - count)
    }
    if got < 0 {
      if errno == EINTR { continue }
      throw .system(operation: "read", path: path, code: errno)
    }
    if got == 0 { break }
    count += got
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// The text of a file, which must be UTF-8; throws `RunError` naming it otherwise.
public func readText(_ path: String) throws(RunError) -> String {
  guard let text = String(validating: try readFile(path), as: UTF8.self) else {
    throw .damaged(path: path, reason: "it is not UTF-8 text")
  }
  return text
}

/// The last byte of a file; nil when it is absent or empty.
func lastByte(of path: String) throws(RunError) -> UInt8? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    if errno == ENOENT { return nil }
    throw .system(operation: "read", path: path, code: errno)
  }
  defer { close(descriptor) }
  let size = lseek(descriptor, 0, SEEK_END)
  guard size > 0 else { return nil }
  var byte: UInt8 = 0
  guard pread(descriptor, &byte, 1, size - 1) == 1 else {
    throw .system(operation: "read", path: path, code: errno)
  }
  return byte
}

/// The names in a folder, sorted, without `.` and `..`.
package func namesInFolder(_ path: String) throws(RunError) -> [String] {
  guard let folder = opendir(path) else {
    throw .system(operation: "list", path: path, code: errno)
  }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

private func mode(
  of path: String, _ call: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32
)
  -> mode_t?
{
  var status = stat()
  return call(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

/// Whether the path is a folder (or a link to one).
package func isFolder(_ path: String) -> Bool { mode(of: path) { stat($0, $1) } == S_IFDIR }

/// Whether the path itself is a symbolic link.
func isSymbolicLink(_ path: String) -> Bool { mode(of: path) { lstat($0, $1) } == S_IFLNK }

/// Whether anything has this path.
package func exists(_ path: String) -> Bool { mode(of: path) { lstat($0, $1) } != nil }

/// The path from the root on, without `.`, `..` and a slash at its end.
package func absolutePath(_ path: String) -> String {
  let path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
}

/// The folder a path lies in; nil for a root and a bare name.
package func parentFolder(of path: String) -> String? {
  let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  guard let slash = trimmed.lastIndex(of: "/") else { return nil }
  if slash == trimmed.startIndex { return trimmed.count > 1 ? "/" : nil }
  return String(trimmed[..<slash])
}

/// The last name of a path.
package func lastComponent(of path: String) -> String {
  String(path.split(separator: "/").last ?? "")
}

/// Whether a name can stand for one file that listings show: not empty, not hidden, no slash.
func isPlainName(_ name: String) -> Bool {
  !name.isEmpty && name.first != "." && name.utf8.count <= 200
    && !name.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 || $0.value == 0x7F }
}
