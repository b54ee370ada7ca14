import Foundation
import TandemRuns

extension ResumeReport {
  /// A part for each tensor file of the checkpoints.
  static func tensors(_ whole: Checkpoint, _ resumed: Checkpoint) throws -> [Part] {
    let names = Set(whole.files.keys).union(resumed.files.keys).sorted()
    return try names.map { name in
      guard whole.files[name] != nil, resumed.files[name] != nil else {
        let owner = whole.files[name] == nil ? "resumed" : "uninterrupted"
        return Part(
          name: name, count: 0, unit: "tensors", difference: "only the \(owner) run has it")
      }
      let (a, b) = (try whole.tensors(name), try resumed.tensors(name))
      return Part(
        name: name, count: a.tensors.count, unit: "tensors", difference: difference(a, b))
    }
  }

  /// The first tensor that two files differ in.
  private static func difference(_ a: SafetensorsFile, _ b: SafetensorsFile) -> String? {
    for tensor in a.tensors {
      guard let other = b[tensor.name] else { return "'\(tensor.name)' is missing once resumed" }
      guard tensor.shape == other.shape, tensor.type == other.type else {
        return "'\(tensor.name)' has the shape \(tensor.shape), \(other.shape) once resumed"
      }
      let (bytes, others) = (a.bytes(of: tensor.name) ?? [], b.bytes(of: tensor.name) ?? [])
      guard bytes != others else { continue }
      let size = tensor.type.size
      let different = stride(from: 0, to: bytes.count, by: size).filter {
        bytes[$0..<($0 + size)] != others[$0..<($0 + size)]
      }
      let count = "\(different.count) of \(bytes.count / size) values"
      return "'\(tensor.name)' of shape \(tensor.shape) differs in \(count)"
    }
    let extra = b.tensors.first { a[$0.name] == nil }
    return extra.map { "'\($0.name)' is there only once resumed" }
  }

  /// What stands beside the tensors.
  static func state(_ whole: Checkpoint, _ resumed: Checkpoint) throws -> Part {
    let values = try [whole, resumed].map { checkpoint in
      let data = try Data(contentsOf: URL(filePath: "\(checkpoint.path)/state.json"))
      guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
        throw RunError.damaged(path: "\(checkpoint.path)/state.json", reason: "it is no object")
      }
      // Sums of the tensor files, which are compared themselves, and of this file.
      return object.filter { !["files", "sha256"].contains($0.key) }
    }
    let (leaves, others) = (leaves(of: values[0]), leaves(of: values[1]))
    let path = leaves.keys.sorted().first { leaves[$0] != others[$0] }
    let extra = others.keys.sorted().first { leaves[$0] == nil }
    let difference = (path ?? extra).map { path in
      "\(path) is \(leaves[path] ?? "absent"), \(others[path] ?? "absent") once resumed"
    }
    return Part(name: "state.json", count: leaves.count, unit: "values", difference: difference)
  }

  /// The values of a JSON tree by their paths.
  private static func leaves(of value: Any, at path: String = "") -> [String: String] {
    let start = path.isEmpty ? "" : path + "."
    var found: [String: String] = [:]
    switch value {
    case let object as [String: Any]:
      for (key, value) in object { found.merge(leaves(of: value, at: start + key)) { $1 } }
    case let list as [Any]:
      for (index, value) in list.enumerated() {
        found.merge(leaves(of: value, at: "\(start)\(index)")) { $1 }
      }
    default: found[path] = "\(value)"
    }
    return found
  }

  /// The rows of metrics, without what a clock said.
  static func rows(_ whole: String, _ resumed: String) throws -> Part {
    let (a, b) = try (
      MetricsHistory(contentsOf: "\(whole)/metrics.jsonl"),
      MetricsHistory(contentsOf: "\(resumed)/metrics.jsonl")
    )
    return Part(
      name: "metrics.jsonl", count: a.count, unit: "rows", difference: difference(a, b))
  }

  /// The first step that two histories differ at.
  private static func difference(_ a: MetricsHistory, _ b: MetricsHistory) -> String? {
    if a.steps != b.steps {
      let step = zip(a.steps, b.steps).first { $0 != $1 }.map { min($0, $1) }
      return "rows differ from step \(step ?? min(a.steps.last ?? 0, b.steps.last ?? 0)) on"
    }
    var first: (step: Int, text: String)?
    func note(_ step: Int, _ text: String) {
      if step < first?.step ?? .max { first = (step, "step \(step): \(text)") }
    }
    for (index, step) in a.steps.enumerated() where a.epochs[index] != b.epochs[index] {
      note(step, "epoch \(a.epochs[index]), \(b.epochs[index]) once resumed")
    }
    for key in Set(a.keys).union(b.keys).sorted() where !MetricName.isTimed(key) {
      let (left, right) = (values(a, key), values(b, key))
      for step in a.steps where left[step]?.bitPattern != right[step]?.bitPattern {
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "absent" }
        note(step, "\(key) is \(text(left[step])), \(text(right[step])) once resumed")
      }
    }
    return first?.text
  }

  private static func values(_ history: MetricsHistory, _ key: String) -> [Int: Double] {
    guard let series = history.series(key) else { return [:] }
    return Dictionary(zip(series.steps, series.values)) { $1 }
  }

  /// The bytes of the samples' files.
  static func samples(_ whole: String, _ resumed: String) throws -> Part {
    func files(_ run: String) throws -> [String: (step: Int, bytes: Data?)] {
      let rows = try SampleIndex.samples("\(run)/samples/index.jsonl").rows
      return Dictionary(
        rows.map { row in
          (row.file, (row.step, try? Data(contentsOf: URL(filePath: "\(run)/samples/\(row.file)"))))
        }
      ) { $1 }
    }
    let (a, b) = (try files(whole), try files(resumed))
    let different = Set(a.keys).union(b.keys).filter { a[$0]?.bytes != b[$0]?.bytes }
    let first = different.min {
      ((a[$0] ?? b[$0])?.step ?? 0, $0) < ((a[$1] ?? b[$1])?.step ?? 0, $1)
    }
    let difference = first.map { file in
      a[file] == nil
        ? "\(file) is there only once resumed"
        : b[file] == nil ? "\(file) is missing once resumed" : "\(file) differs"
    }
    return Part(name: "samples", count: a.count, unit: "files", difference: difference)
  }
}
