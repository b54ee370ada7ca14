import Foundation
import TandemRuns
import TandemTensors
import TestDisks
import Testing

/// Damaged runs: whatever their files hold, no reader crashes, and each says in a line what it
/// could not read.
@Suite struct FuzzTests {
  /// The files of a run that are damaged, and how often each.
  static let files = [
    "run.json", "run.json", "metrics.jsonl", "metrics.jsonl", "events.jsonl",
    "samples/index.jsonl", "config.resolved.json", "labels.json",
    "checkpoints/last.json", "checkpoints/best-loss.json",
    "checkpoints/step-00000020/state.json", "checkpoints/step-00000020/model.safetensors",
  ]

  /// 10,000 cases in ten parts, the same at every run of the test.
  @Test(arguments: 0..<10)
  func damagedRunsAreReadAsFarAsTheyGo(_ part: Int) throws {
    try withFolder { root in
      let run = try FuzzedRun(in: root)
      var random = FuzzGenerator(seed: UInt64(part))
      for index in 0..<1000 {
        let file = Self.files[index % Self.files.count]
        let damage = try #require(Damage.allCases.randomElement(using: &random))
        let original = try #require(run.bytes[file])
        let damaged = damage.applied(to: original, &random)
        let place = "\(run.path)/\(file)"
        try Data(damaged).write(to: URL(filePath: place))
        run.read(file, damaged, repeats: damage.repeats, "part \(part), case \(index): \(damage)")
        if index % 5 == 0 { run.readAll("part \(part), case \(index)") }
        try Data(original).write(to: URL(filePath: place))
      }
      run.readAll("healed")
      #expect(RecordedRun(path: run.path).notes == [])
    }
  }

  /// Files that are missing, or are no files.
  @Test(arguments: Set(files).sorted())
  func absentFilesAndFolders(_ file: String) throws {
    try withFolder { root in
      let run = try FuzzedRun(in: root)
      let place = "\(run.path)/\(file)"
      try FileManager.default.removeItem(atPath: place)
      run.read(file, nil, repeats: false, "absent")
      run.readAll("absent")
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      run.read(file, nil, repeats: false, "folder")
      run.readAll("folder")
    }
  }

  /// Numbers at the ends of their ranges, where sums overflow.
  @Test func sessionsOfAnyNumber() throws {
    try withFolder { root in
      let run = try FuzzedRun(in: root)
      let place = "\(run.path)/run.json"
      let record = try text(of: place)
      for number in ["9223372036854775807", "-9223372036854775808", "-1", "9007199254740993"] {
        try write(record.replacing(#""number" : 1"#, with: #""number" : \#(number)"#), to: place)
        #expect(
          message { _ = try RunRecord(directory: run.path) }
            == "\(place) is damaged: 'number' cannot be \(number)")
        #expect(throws: RunError.self) { try ClaimedRun(run.path).begin(from: 20) }
      }
    }
  }
}

/// A run with something in each of its files.
private struct FuzzedRun {
  let path: String
  /// The files as they should be.
  let bytes: [String: [UInt8]]

  init(in root: String) throws {
    let directory = try RunDirectory.create(in: root, try makeDescription())
    for step in 1...20 {
      try directory.metrics.append(
        step: step, epoch: Double(step) / 7, seconds: Double(step) * 0.1,
        ["loss": 1 / Double(step), "norm/a": step == 9 ? .nan : 2])
    }
    try directory.progress(step: 20, metrics: ["loss": 0.05, "norm/a": .infinity])
    try directory.saveSample(tag: "text", step: 10, seed: 1, text: "words")
    try directory.saveSample(tag: "text", step: 20, seed: 1, text: "more words")
    try directory.record(.health(rule: "plateau", severity: .warning, message: "no change"))
    for step in [10, 20] {
      try directory.saveCheckpoint(
        step: step,
        files: [
          "model.safetensors": SafetensorsContents([
            ("weight", Tensor([1, 2, 3, 4, 5, 6], [2, 3])), ("bias", Tensor([1, 2], [2])),
          ])
        ], state: ["a": step, "b": 2], best: BestMetric("loss", 1 / Double(step), better: .lower))
    }
    try directory.finish(.done)
    path = directory.path
    try RunLabels.add(["good", "paper"], to: path)
    try RunLabels.setNote("a note", of: path)
    let configuration = """
      {"seed": 3, "title": "a \\"b\\"", "net": {"sizes": [8, 16], "rate": 0.0002}, "list": [
        {"a": 1}, {"b": null}]}
      """
    try write(configuration, to: "\(path)/config.resolved.json")
    let folder = path
    bytes = try Dictionary(
      uniqueKeysWithValues: Set(FuzzTests.files).map {
        ($0, Array(try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))))
      })
  }

  /// Reads everything as listings and reports do.
  func readAll(_ comment: Comment) {
    var run = RecordedRun(path: path)
    let history = run.metrics()
    _ = (run.samples(), run.events(), run.checkpoints(), history.last, run.summary.json)
    for key in history.keys {
      let series = history.series(key)
      #expect(series?.steps.count == series?.values.count, comment)
    }
    if run.record == nil || run.configuration == nil { #expect(!run.notes.isEmpty, comment) }
    for note in run.notes { isLine(note, comment) }
    _ = try? RunStore(root: parent).list()
  }

  private var parent: String { String(path.prefix(path.lastIndex(of: "/")!.utf16Offset(in: path))) }

  /// Reads a damaged file by all that read it.
  func read(_ file: String, _ damaged: [UInt8]?, repeats: Bool, _ comment: Comment) {
    let isSame = damaged == bytes[file]
    switch file {
    case "run.json":
      let summary = RunSummary(path: path)
      let record = attempt(comment) { try RunRecord(directory: path) }
      if summary.status == .damaged { isLine(summary.message ?? "", comment) }
      if let record, !repeats {
        // What the scanner reads is what the decoder reads.
        #expect(summary.id == record.id && summary.step == record.step, comment)
        #expect(summary.status == record.observedStatus && summary.seed == record.seed, comment)
        #expect(summary.created == record.created && summary.message == record.message, comment)
        #expect(
          "\(summary.metrics.sorted { $0.key < $1.key })"
            == "\(record.metrics.sorted { $0.key < $1.key })", comment)
      }
    case "metrics.jsonl":
      let history = attempt(comment) { try MetricsHistory(contentsOf: "\(path)/\(file)") }
      #expect(history.map { $0.steps.count == $0.sessions.count } ?? true, comment)
      for line in history?.skipped ?? [] { isLine(line.reason, comment) }
    case "events.jsonl": readLines(EventLog.self, file, damaged, comment)
    case "samples/index.jsonl":
      readLines(SampleIndex.self, file, damaged, comment)
      _ = attempt(comment) { try SampleIndex.samples("\(path)/\(file)") }
    case "config.resolved.json":
      let value = attempt(comment) { try ConfigurationValue(contentsOf: "\(path)/\(file)") }
      _ = (value?.leaves.count, value?.json, value?.fingerprint())
      _ = value.map { ConfigurationDifferences([$0, .section([])]) }
      _ = attempt(comment) {
        var reader = try ConfigurationReader(contentsOf: "\(path)/\(file)")
        _ = reader.integer("seed", in: 0...)
        _ = reader.section("net") { $0.number("rate", in: 0...1) }
        return try reader.finish()
      }
    case "labels.json":
      let labels = attempt(comment) { try RunLabels(directory: path) }
      #expect((labels == nil) == (RunSummary(path: path).warning != nil), comment)
    default: readCheckpoints(file, isSame: isSame, comment)
    }
  }

  private func readLines<Row: Codable & Sendable>(
    _ type: JSONLines<Row>.Type, _ file: String, _ damaged: [UInt8]?, _ comment: Comment
  ) {
    guard let (rows, skipped) = attempt(comment, { try type.read("\(path)/\(file)") }) else {
      return
    }
    // Every line is a row or is named, but for a last one without its end.
    let lines = (damaged ?? []).split(separator: 10, omittingEmptySubsequences: false).dropLast()
    #expect(rows.count + skipped.count == lines.count { !$0.isEmpty }, comment)
    for line in skipped { isLine(line.reason, comment) }
  }

  private func readCheckpoints(_ file: String, isSame: Bool, _ comment: Comment) {
    let store = CheckpointStore(path: "\(path)/checkpoints")
    var skipped: [RunError] = []
    let last = attempt(comment) { try store.last { skipped.append($0) } }
    // An older checkpoint stands in for a damaged one, which is named.
    #expect(last??.step == 20 || (last??.step == 10 && !skipped.isEmpty), comment)
    for error in skipped { isLine("\(error)", comment) }
    if file.hasSuffix(".safetensors") { #expect((last??.step == 20) == isSame, comment) }
    _ = attempt(comment) { try store.best("loss") }
    let folder = "\(path)/checkpoints/step-00000020"
    if let checkpoint = attempt(comment, { try Checkpoint(path: folder, verified: false) }) {
      _ = attempt(comment) { try checkpoint.state([String: Int].self) }
    }
    if let tensors = attempt(
      comment, { try SafetensorsFile(contentsOf: "\(folder)/model.safetensors") })
    {
      let byName = attempt(comment) { try tensors.tensorsByName() }
      for tensor in byName?.values ?? [:].values { _ = tensor.shape.strides }
    }
  }

  /// What a body gives; nil where it throws an error, which must be a line.
  private func attempt<Value>(_ comment: Comment, _ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch let error as ConfigurationError {
      for problem in error.problems { isLine("\(problem)", comment) }
    } catch {
      isLine("\(error)", comment)
    }
    return nil
  }

  /// Checks that a message is one line that a terminal can show.
  private func isLine(_ text: String, _ comment: Comment) {
    #expect(
      !text.isEmpty && text.count < 1000
        && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
      "\(comment): \(text.debugDescription)")
  }
}
