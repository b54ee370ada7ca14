import TandemRuns

/// What an event file tells of a run as a whole, be it written live or exported.
enum SessionSummaries {
  /// The configuration, as values for the plugin "hparams" and as text; what of it cannot be read
  /// is left out.
  static func start(of run: RunRecord, at path: String) -> [TensorBoardSummary.Value] {
    var values: [TensorBoardSummary.Value] = []
    if let configuration = try? ConfigurationValue(contentsOf: "\(path)/config.resolved.json") {
      values.append(.hyperparameters("session_start_info", .start(of: run, configuration)))
    }
    if let source = try? readText("\(path)/config.source.yaml") {
      values.append(.text("configuration", source))
    }
    return values
  }

  /// How the run has ended.
  static func end(of run: RunRecord) -> TensorBoardSummary.Value {
    .hyperparameters("session_end_info", .end(of: run))
  }

  /// A row of metrics, each metric a scalar under its name.
  static func row(
    _ values: some Sequence<(key: String, value: Float)>
  ) -> [TensorBoardSummary.Value] {
    values.sorted { $0.key < $1.key }.map { .scalar($0.key, $0.value) }
  }

  /// A sample of a run, a picture or a text under `samples/<tag>`; nil where the file is neither.
  static func sample(_ sample: SampleRecord, _ bytes: [UInt8]) -> TensorBoardSummary.Value? {
    let tag = "samples/\(sample.tag)"
    if sample.file.hasSuffix(".png") { return .image(tag, png: bytes) }
    return String(validating: bytes, as: UTF8.self).map { .text(tag, $0) }
  }
}
