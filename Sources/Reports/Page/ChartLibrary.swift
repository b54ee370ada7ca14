import TandemImages

/// The files of dygraphs that a page carries.
struct ChartLibrary {
  let script: [UInt8]
  let style: [UInt8]

  /// Reads the library; throws `ReportError.missingLibrary`.
  init(folder: String) throws(ReportError) {
    script = try Self.read("\(folder)/dygraph.min.js")
    style = try Self.read("\(folder)/dygraph.min.css")
  }

  private static func read(_ path: String) throws(ReportError) -> [UInt8] {
    do {
      return withoutSourceMap(try File.read(path, limit: 4 << 20))
    } catch {
      if case .unreadable(_, let reason) = error {
        throw .missingLibrary(file: path, reason: reason)
      }
      throw .missingLibrary(file: path, reason: "\(error)")
    }
  }

  /// Leaves out a last line that names a source map: a browser's tools would ask for that file.
  private static func withoutSourceMap(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    let mark = "# sourceMappingURL="
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let kept = lines.filter { !($0.contains(mark) && $0.utf8.count < 200) }
    return Array(kept.joined(separator: "\n").utf8)
  }
}
