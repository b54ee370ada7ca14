import TandemImages
import TandemRuns

/// Where the samples of two runs, or their checkpoints, part.
public struct ArtifactParting: Sendable, Equatable, Encodable {
  /// The first step at which one differs; nil where none does.
  public let step: Int?
  /// What differs there: a sample's file, or a tensor with its checkpoint's file.
  public let name: String?
  /// How a tensor differs, in words; nil for a sample.
  public let detail: String?
  /// How many of the same name both runs have and were compared, up to the first that differs.
  public let compared: Int
  /// What could not be compared, a line each.
  public let notes: [String]

  /// Compares samples of the same file name, of the runs in two directories, by the hashes in
  /// their indices.
  ///
  /// A picture names its configuration beside the pixels: where the bytes of two differ, the
  /// pixels decide.
  init(samplesOf first: String, _ a: [SampleRecord], _ second: String, _ b: [SampleRecord]) {
    let others = Dictionary(b.map { ($0.file, $0) }, uniquingKeysWith: { $1 })
    let pairs = a.compactMap { one in others[one.file].map { (one, $0) } }
    let apart = pairs.firstIndex { one, other in
      one.sha256 != other.sha256
        && !Self.isSamePicture(
          "\(first)/samples/\(one.file)", "\(second)/samples/\(other.file)")
    }
    step = apart.map { pairs[$0].0.step }
    name = apart.map { pairs[$0].0.file }
    detail = nil
    compared = apart.map { $0 + 1 } ?? pairs.count
    notes = []
  }

  private static func isSamePicture(_ a: String, _ b: String) -> Bool {
    guard a.hasSuffix(".png"), let one = try? PNG(contentsOf: a),
      let other = try? PNG(contentsOf: b)
    else { return false }
    return one.image == other.image
  }

  /// Compares the checkpoints of steps that both runs have, file by file and tensor by tensor.
  init(checkpointsOf a: String, _ stepsOfA: [Int], _ b: String, _ stepsOfB: [Int]) {
    var notes: [String] = []
    var compared = 0
    var found: (step: Int, name: String, detail: String)?
    for step in stepsOfA where stepsOfB.contains(step) {
      do throws(RunError) {
        let place = "checkpoints/\(CheckpointStore.folderName(step))"
        let one = try Checkpoint(path: "\(a)/\(place)")
        let other = try Checkpoint(path: "\(b)/\(place)")
        compared += 1
        if let (name, detail) = try Self.firstDifference(one, other) {
          found = (step, name, detail)
          break
        }
      } catch {
        notes.append(error.description)
      }
    }
    (step, name, detail) = (found?.step, found?.name, found?.detail)
    self.compared = compared
    self.notes = notes
  }

  private static func firstDifference(
    _ a: Checkpoint, _ b: Checkpoint
  ) throws(RunError) -> (name: String, detail: String)? {
    // Models before the optimizers that follow from them.
    let names = Set(a.files.keys).union(b.files.keys).sorted {
      ($0.contains("optimizer") ? 1 : 0, $0) < ($1.contains("optimizer") ? 1 : 0, $1)
    }
    for name in names {
      guard a.files[name] != nil, b.files[name] != nil else {
        return (name, "only in one of the checkpoints")
      }
      // Equal hashes are equal bytes.
      if a.files[name] == b.files[name] { continue }
      guard let found = try a.tensors(name).firstDifference(from: b.tensors(name)) else { continue }
      let detail =
        switch found.kind {
        case .onlyInFirst, .onlyInSecond: "only in one of the checkpoints"
        case .form(let one, let other): "\(one) and \(other)"
        case .values(let different, let count): "\(different) of \(count) values"
        }
      return ("\(found.tensor.name) of \(name)", detail)
    }
    return nil
  }
}
