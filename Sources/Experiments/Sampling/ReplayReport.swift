import TandemRuns

/// What `tandem replay` tells: samples of a step, painted again from its checkpoint, beside what
/// the run painted then.
public struct ReplayReport: JSONReport {
  /// One sample.
  public struct Row: Encodable, Sendable {
    /// Relative to the run's `samples`.
    public let file: String
    let tag: String
    /// The SHA-256 that the run noted.
    let recorded: String
    /// That of the bytes of now; nil where the checkpoint alone does not give them.
    let painted: String?

    /// Whether the bytes are the same; nil where there are none of now.
    var isSame: Bool? { painted.map { $0 == recorded } }
    /// The bytes of now.
    public let bytes: [UInt8]?

    private enum CodingKeys: String, CodingKey {
      case file, tag, recorded, painted
    }
  }

  let run: String
  let step: Int
  /// The samples of the step.
  public let rows: [Row]
  /// Whether every sample was painted again, the same to the byte.
  public let isSame: Bool
  /// What the user should know, a line each.
  public let notes: [String]

  /// Paints the samples of a step again.
  ///
  /// - Parameters:
  ///   - path: The run directory.
  ///   - tag: Of the one kind of samples to paint; nil for all.
  /// - Throws: `SamplingRequestError` where the run has no such sample or no checkpoint of the
  ///   step, `RunError` for damaged files, what `StoredRun` throws.
  public init(path: String, step: Int, tag: String? = nil) throws {
    let index = "\(path)/samples/index.jsonl"
    let (samples, skipped) = try SampleIndex.samples(index)
    notes = skipped.map { "\(index):\($0.line): skipped, \($0.reason)" }
    let chosen = samples.filter { $0.step == step && (tag == nil || $0.tag == tag) }
    guard !chosen.isEmpty else {
      let tagged = samples.filter { tag == nil || $0.tag == tag }
      let kind = tag.map { " tagged '\($0)'" } ?? ""
      let list = Set(tagged.map(\.step)).sorted().map { "\($0)" }.joined(separator: ", ")
      throw SamplingRequestError(
        "\(path) has no sample\(kind) of step \(step)"
          + (list.isEmpty ? "" : "; there are: \(list)"))
    }
    let stored = try StoredRun(path: path, .step(step))
    try MemoryEstimate(lasting: stored.configuration.memory.lasting, passing: []).check()
    rows = try chosen.map { sample in
      let bytes = try stored.configuration.sample(sample.tag, of: stored)
      return Row(
        file: sample.file, tag: sample.tag, recorded: sample.sha256,
        painted: bytes.map { Fingerprint.sha256(of: $0) }, bytes: bytes)
    }
    run = stored.record.id
    self.step = step
    isSame = rows.allSatisfy { $0.isSame == true }
  }

  public var text: String {
    rows.map { row in
      switch row.isSame {
      case true: "\(row.file): the same bytes, SHA-256 \(row.recorded)"
      case false:
        "\(row.file): DIFFERS, SHA-256 \(row.painted ?? "") where the run noted \(row.recorded)"
      case nil: "\(row.file): not painted, since it shows more than a checkpoint holds"
      }
    }.map(\.visible).joined(separator: "\n")
  }
}
