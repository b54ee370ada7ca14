import Foundation
import TandemImages
import TandemRuns

/// A sample of a run as its file lies on the disk.
struct SampleFile {
  enum Kind {
    case sheet(width: Int, height: Int)
    case text
  }

  let record: SampleRecord
  /// The run's place in the report.
  let run: Int
  let path: String
  let kind: Kind
  /// Bytes of the file.
  let size: Int

  /// The longest text that is shown, in bytes.
  static let longestText = 32 << 10
  /// The largest file that is read.
  static let largestFile = 64 << 20

  /// Looks at a sample's file, without reading all of it; throws a note where there is none.
  init(_ record: SampleRecord, run: Int, runPath: String) throws(SampleNote) {
    // An index that was damaged must not make the page show other files of the machine.
    let names = record.file.split(separator: "/", omittingEmptySubsequences: false)
    guard !names.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.contains("\0") })
    else {
      throw SampleNote("\(runPath)/samples/index.jsonl: '\(record.file)' is no file of a sample")
    }
    self.record = record
    self.run = run
    path = "\(runPath)/samples/\(record.file)"
    guard let file = FileHandle(forReadingAtPath: path), let length = try? file.seekToEnd() else {
      throw SampleNote("\(path) cannot be read")
    }
    defer { try? file.close() }
    guard length <= Self.largestFile else {
      throw SampleNote("\(path) is left out: it has \(ByteCount.text(Int(length)))")
    }
    size = Int(length)
    guard record.file.lowercased().hasSuffix(".png") else {
      kind = .text
      return
    }
    let head = (try? file.seek(toOffset: 0)).flatMap { try? file.read(upToCount: 24) } ?? Data()
    guard let (width, height) = Self.extent(ofPNG: [UInt8](head)) else {
      throw SampleNote("\(path) is damaged: it is no PNG")
    }
    kind = .sheet(width: width, height: height)
  }

  /// Width and height that a PNG's first 24 bytes name.
  private static func extent(ofPNG head: [UInt8]) -> (width: Int, height: Int)? {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard head.count == 24, head.starts(with: signature),
      head[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(head[16..<20]), number(head[20..<24]))
    return (1...65_535).contains(width) && (1...65_535).contains(height) ? (width, height) : nil
  }

  /// All bytes, and whether they are those that the run recorded.
  func bytes() throws(SampleNote) -> (bytes: [UInt8], isAsRecorded: Bool) {
    do {
      let bytes = try File.read(path, limit: Self.largestFile)
      return (bytes, Fingerprint.sha256(of: bytes) == record.sha256)
    } catch {
      throw SampleNote("\(error)")
    }
  }

  /// What the page says where the bytes are others than the run recorded.
  var changedNote: String { "\(path) is not the file that the run recorded" }
}

/// Why a sample is not shown, in one line.
struct SampleNote: Error {
  let text: String
  init(_ text: String) { self.text = text }
}
