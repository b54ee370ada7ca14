import Foundation
import TandemImages
import TandemReports
import TandemRuns
import Testing

/// A folder of a test with runs and a chart library that is only a word.
final class Place {
  let path: String
  let options: ReportOptions

  init() throws {
    path = NSTemporaryDirectory() + "tandem-reports-\(UUID().uuidString)"
    let library = "\(path)/library"
    try FileManager.default.createDirectory(atPath: library, withIntermediateDirectories: true)
    try write("library();\n//# sourceMappingURL=library.map\n", to: "\(library)/dygraph.min.js")
    try write(".library {}", to: "\(library)/dygraph.min.css")
    options = ReportOptions(libraryFolder: library)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A new run of an experiment whose configuration is the given YAML of plain keys.
  func makeRun(_ values: [String: Int] = ["seed": 1], experiment: String = "ring") throws
    -> RunDirectory
  {
    let yaml = values.map { "\($0): \($1)\n" }.sorted().joined()
    var reader = ConfigurationReader(yaml: yaml, file: "experiment.yaml")
    for key in values.keys.sorted() { _ = reader.integer(key, default: 0) }
    return try RunDirectory.create(
      in: "\(path)/runs",
      RunDescription(
        experiment: experiment, seed: UInt64(values["seed"] ?? 0),
        configuration: try reader.finish(), source: yaml, totalSteps: 100,
        arguments: ["tandem", "run", experiment], sourceTree: nil))
  }

  /// The page of some runs.
  func page(
    _ runs: [RunDirectory], _ change: (inout ReportOptions) -> Void = { _ in }
  ) throws -> ReportPage {
    var options = options
    change(&options)
    return try ReportPage(runs: runs.map { RecordedRun(path: $0.path) }, options: options)
  }
}

func write(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: false, encoding: .utf8)
}

/// A picture of noise, which hardly compresses.
func noise(_ side: Int, seed: UInt64) throws -> [UInt8] {
  var state = seed &* 2 &+ 1
  let pixels = (0..<side * side).map { _ -> UInt8 in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(state >> 56)
  }
  return try PNG(Image(width: side, height: side, format: .grey, pixels: pixels)).encoded()
}

let oneByOne = SampleRecord.Grid(rows: 1, columns: 1)

extension ReportPage {
  var text: String { String(decoding: html, as: UTF8.self) }

  /// What a script element of JSON holds: up to the first end of a script, as a browser reads it.
  private func text(of id: String) throws -> Data {
    let start = try #require(text.range(of: "<script type=\"application/json\" id=\"\(id)\">"))
    let rest = text[start.upperBound...]
    let end = try #require(rest.range(of: "</script>"))
    return Data(rest[..<end.lowerBound].utf8)
  }

  private func json(_ id: String) throws -> Any {
    try JSONSerialization.jsonObject(with: text(of: id))
  }

  func data() throws -> [String: Any] {
    try #require(try json("report-data") as? [String: Any])
  }

  func runs() throws -> [[String: Any]] {
    try #require(try data()["runs"] as? [[String: Any]])
  }

  /// The files of the sheets.
  func images() throws -> [[UInt8]] {
    let images = try #require(try json("report-images") as? [String])
    return try images.map { [UInt8](try #require(Data(base64Encoded: $0))) }
  }

  /// The samples of a run.
  func samples(_ run: Int) throws -> [[String: Any]] {
    try #require(try runs()[run]["samples"] as? [[String: Any]])
  }

  func notes(_ run: Int) throws -> [String] {
    try #require(try runs()[run]["notes"] as? [String])
  }

  /// A metric's points as the page's script puts them together.
  func points(_ run: Int, _ metric: String) throws -> [Point] {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let curves = try decoder.decode(WrittenRuns.self, from: text(of: "report-data")).runs[run]
      .curves
    let series = try #require(curves.series.first { $0.name == metric })
    let rows = series.rows ?? Array(series.values.indices)
    try #require(rows.count == series.values.count)
    return zip(rows, series.values).map { row, value in
      Point(
        step: curves.axis.step[row], epoch: curves.axis.epoch[row],
        seconds: curves.axis.seconds[row], value: value)
    }
  }
}

/// The curves in a page's data, in numbers to the last bit.
private struct WrittenRuns: Decodable {
  struct Run: Decodable { let curves: Curves }
  struct Curves: Decodable {
    let axis: Axis
    let series: [Series]
  }
  struct Axis: Decodable { let step, epoch, seconds: [Double] }
  struct Series: Decodable {
    let name: String
    let rows: [Int]?
    let values: [Double]
  }
  let runs: [Run]
}

/// A point of a curve; not-a-number equals itself.
struct Point: Equatable {
  var step: Double
  var epoch: Double
  var seconds: Double
  var value: Double

  static func == (a: Point, b: Point) -> Bool {
    [a.step, a.epoch, a.seconds, a.value].map(\.bitPattern)
      == [b.step, b.epoch, b.seconds, b.value].map(\.bitPattern)
  }
}

/// The error that a body throws, in its one line.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
