import Foundation
import TandemRuns

/// Writes the weights of a checkpoint into one file, under PyTorch's names and in its layouts.
///
/// A run of one network gives its names as they are (`0.weight`); one of several puts the
/// network's before them (`generator.0.weight`). What only training needs stays out.
public struct WeightsExport {
  /// What the file is for.
  public enum Form: String, Sendable {
    /// For PyTorch and others.
    case safetensors
    /// For `numpy.load`; bfloat16, which NumPy does not have, becomes float32 exactly.
    case npz
  }

  /// What was written.
  public struct Outcome: Sendable, Encodable {
    /// The file.
    public let file: String
    /// Steps taken at the checkpoint.
    public let step: Int
    /// The tensors' names, in the order of the networks' files.
    public let tensors: [String]
  }

  /// A tensor under the name that it is exported by.
  struct Entry {
    let name: String
    let file: SafetensorsFile
    let tensor: SafetensorsFile.Tensor
  }

  private let entries: [Entry]
  private let step: Int
  private let id: String

  /// An export of a checkpoint of the run with the given id.
  ///
  /// - Parameters:
  ///   - isAveraged: Whether the averaged weights stand in for those of their network.
  ///   - network: The only network to export, under its names as they are; all if nil.
  /// - Throws: `RunError` where there are no averaged weights or no such network, or a file is
  ///   damaged.
  public init(
    _ checkpoint: Checkpoint, of id: String, averaged isAveraged: Bool, network: String? = nil
  ) throws(RunError) {
    let parts = checkpoint.files.keys.map { String($0.dropLast(".safetensors".count)) }
    let networks = parts.filter(Self.isNetwork).sorted()
    if isAveraged, !parts.contains(Self.average) {
      throw .invalid(path: id, reason: "step \(checkpoint.step) has no averaged weights")
    }
    if let network, !networks.contains(network) {
      let known = networks.joined(separator: ", ")
      throw .invalid(path: id, reason: "it has no network '\(network)'; there are: \(known)")
    }
    var entries: [Entry] = []
    for part in network.map({ [$0] }) ?? networks {
      let isReplaced = isAveraged && Self.averaged.contains(part)
      let file = try checkpoint.tensors("\(isReplaced ? Self.average : part).safetensors")
      let prefix = network == nil && networks.count > 1 ? "\(part)." : ""
      entries += file.tensors.sorted { $0.name < $1.name }.map {
        Entry(name: prefix + $0.name, file: file, tensor: $0)
      }
    }
    self.entries = entries
    self.id = id
    step = checkpoint.step
  }

  /// The part of a checkpoint that holds averaged weights, and the networks they may be of.
  private static let average = "average"
  private static let averaged: Set<String> = ["generator", "model"]

  /// Whether a part of a checkpoint is a network, rather than what only training needs.
  private static func isNetwork(_ part: String) -> Bool {
    !part.hasSuffix("optimizer") && !part.hasSuffix("rule") && part != average
      && part != "carried"
  }

  /// Writes the weights to a file.
  ///
  /// - Parameters:
  ///   - path: `<id>-step-<n>.safetensors` or `.npz` in this directory if nil.
  ///   - isReplacing: Whether a file that is there gives way.
  /// - Throws: `RunError` naming the file.
  public func write(
    _ form: Form, to path: String? = nil, replacing isReplacing: Bool
  ) throws(RunError) -> Outcome {
    let path = path ?? "\(id)-step-\(step).\(form.rawValue)"
    try NewFile.write(path, replacing: isReplacing) { (partial) throws(RunError) in
      switch form {
      case .safetensors: try contents.write(to: partial)
      case .npz: try NumPyArchive.write(entries, to: partial)
      }
    }
    return Outcome(file: path, step: step, tensors: entries.map(\.name))
  }

  private var contents: SafetensorsContents {
    SafetensorsContents(
      entries.map { entry in
        SafetensorsEntry(
          name: entry.name, type: entry.tensor.type, shape: entry.tensor.shape,
          bytes: entry.file.withBytes(of: entry.tensor) { Array($0) })
      }, metadata: ["format": "pt", "run": id, "step": "\(step)"])
  }
}
