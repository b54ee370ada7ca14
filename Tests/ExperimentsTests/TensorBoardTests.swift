import Foundation
import TandemExperiments
import TandemRuns
import TandemTensorBoard
import Testing

/// What a training of any kind writes for TensorBoard.
@Suite struct TensorBoardTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The steps of each tag in a run's event files.
  func steps(_ path: String) throws -> [String: [Int]] {
    let folder = "\(path)/tensorboard"
    var found: [String: [Int]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let file = try EventFile(contentsOf: "\(folder)/\(name)") { event in
        for value in event.summary.value {
          found[value.tag, default: []].append(Int(event.step))
        }
      }
      #expect(file.skipped.isEmpty)
    }
    return found
  }

  /// Samples at 0, 6 and 12, histograms with those that follow a step.
  @Test func aGANIsTold() throws {
    let path = try run(
      scratch.experiment(points, overrides: ["tensorboard.histograms=true"]), in: scratch.path)
    let found = try steps(path)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    for key in history.keys { #expect(found[key] == history.series(key)?.steps, "\(key)") }
    #expect(history.keys.contains("loss/d") && history.count >= 6)
    #expect(found["samples/fixed"] == [0, 6, 12])
    #expect(found["_hparams_/session_start_info"] == [0])
    #expect(found["_hparams_/session_end_info"] == [12])
    for network in ["generator", "discriminator"] {
      let names = found.keys.filter { $0.contains("/\(network)/") }.sorted()
      // Three layers of a weight and a bias each, as they are and as gradients.
      #expect(names.count == 12 && names.allSatisfy { found[$0] == [6, 12] }, "\(names)")
      #expect(names.contains("gradients/\(network)/0.weight"))
    }
  }

  @Test func histogramsChangeNothingElse() throws {
    let texts = try ["off", "{histograms: 1}"].map { setting in
      let path = try run(
        scratch.experiment(points, overrides: ["tensorboard=\(setting)"]), in: scratch.path)
      let weights = FileManager.default.contents(
        atPath: "\(path)/checkpoints/step-00000012/generator.safetensors")
      return (
        path, try timelessRows(path), weights, try RunRecord(directory: path).configuration
      )
    }
    #expect(texts[0].1 == texts[1].1 && texts[0].2 != nil && texts[0].2 == texts[1].2)
    #expect(texts[0].3 == texts[1].3)
    #expect(!FileManager.default.fileExists(atPath: "\(texts[0].0)/tensorboard"))
    #expect(try steps(texts[1].0)["weights/generator/0.bias"] == Array(1...12))
  }

  @Test func aSequenceModelIsTold() throws {
    let yaml = """
      kind: adding
      data: {steps: 5, validationBatches: 1}
      network: {cell: tanh, size: 3}
      training: {steps: 4, batchSize: 4}
      samples: {every: 2}
      validation: {every: 2}
      tensorboard: {histograms: 3}
      """
    let found = try steps(run(scratch.experiment(yaml), in: scratch.path))
    #expect(found["loss/train"] == [1, 2, 3, 4])
    let weights = found.keys.filter { $0.hasPrefix("weights/model/") }.sorted()
    #expect(!weights.isEmpty && weights.allSatisfy { found[$0] == [3] })
    let gradients = weights.map { $0.replacing("weights/", with: "gradients/") }
    #expect(gradients.allSatisfy { found[$0] == [3] })
  }
}
