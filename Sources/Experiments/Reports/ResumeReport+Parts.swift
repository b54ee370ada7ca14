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
      let difference = a.firstDifference(from: b).map { found in
        let name = "'\(found.tensor.name)'"
        return switch found.kind {
        case .onlyInFirst: "\(name) is missing once resumed"
        case .onlyInSecond: "\(name) is there only once resumed"
        case .form(let form, let other): "\(name) is \(form), \(other) once resumed"
        case .values(let different, let count):
          "\(name) of shape \(found.tensor.shape) differs in \(different) of \(count) values"
        }
      }
      return Part(name: name, count: a.tensors.count, unit: "tensors", difference: difference)
    }
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
    let parting = MetricParting(a, b)
    let row = a.epochs.indices.first { a.epochs[$0] != b.epochs[$0] }
    if let row, a.steps[row] <= parting.step ?? .max {
      return "step \(a.steps[row]): epoch \(a.epochs[row]), \(b.epochs[row]) once resumed"
    }
    guard let step = parting.step, let metric = parting.values.first else { return nil }
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "absent" }
    let (value, other) = (text(metric.first), text(metric.second))
    return "step \(step): \(metric.name) is \(value), \(other) once resumed"
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
