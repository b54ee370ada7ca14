import Foundation
import TandemExports
import TandemRuns
import TandemTensors
import Testing

/// Weights of checkpoints as one file.
@Suite struct WeightsExportTests {
  @Test func severalNetworksAreTold() throws {
    try withRun { path, folder in
      let checkpoint = try #require(try CheckpointStore(path: "\(path)/checkpoints").last())
      let file = "\(folder)/a.safetensors"
      let outcome = try WeightsExport(checkpoint, of: "x", averaged: false)
        .write(.safetensors, to: file, replacing: false)
      #expect(outcome.step == 40)
      #expect(
        outcome.tensors == ["discriminator.0.weight", "generator.0.bias", "generator.0.half"])
      let found = try SafetensorsFile(contentsOf: file)
      #expect(found.metadata == ["format": "pt", "run": "x", "step": "40"])
      let tensors = try found.tensorsByName()
      #expect(tensors["generator.0.bias"]?.floats == [1, 2, 3])
      #expect(tensors["discriminator.0.weight"]?.shape == [2, 1])
      #expect(tensors["generator.0.half"]?.dtype == .bfloat16)
    }
  }

  @Test func averagedWeightsStandInForTheirNetwork() throws {
    try withRun { path, folder in
      let store = CheckpointStore(path: "\(path)/checkpoints")
      let checkpoint = try store.checkpoint(step: 40)
      let file = "\(folder)/a.safetensors"
      _ = try WeightsExport(checkpoint, of: "x", averaged: true, network: "generator")
        .write(.safetensors, to: file, replacing: false)
      let tensors = try SafetensorsFile(contentsOf: file).tensorsByName()
      #expect(tensors.keys.sorted() == ["0.bias"] && tensors["0.bias"]?.floats == [4, 5, 6])
      _ = try WeightsExport(checkpoint, of: "x", averaged: true)
        .write(.safetensors, to: file, replacing: true)
      let all = try SafetensorsFile(contentsOf: file).tensorsByName()
      #expect(all.keys.sorted() == ["discriminator.0.weight", "generator.0.bias"])
      #expect(
        message { _ = try WeightsExport(checkpoint, of: "x", averaged: false, network: "critic") }
          == "cannot write x: it has no network 'critic'; there are: discriminator, generator")
      #expect(
        message { _ = try WeightsExport(store.checkpoint(step: 20), of: "x", averaged: true) }
          == "cannot write x: step 20 has no averaged weights")
    }
  }

  /// NumPy's own form: a zip of stored `.npy` files, each with its header padded to 64 bytes.
  @Test func anArchiveForNumPy() throws {
    try withRun { path, folder in
      let checkpoint = try CheckpointStore(path: "\(path)/checkpoints").checkpoint(step: 40)
      let export = try WeightsExport(checkpoint, of: "x", averaged: false)
      _ = try export.write(.npz, to: "\(folder)/a.npz", replacing: false)
      _ = try export.write(.npz, to: "\(folder)/b.npz", replacing: false)
      let bytes = [UInt8](try #require(FileManager.default.contents(atPath: "\(folder)/a.npz")))
      let again = FileManager.default.contents(atPath: "\(folder)/b.npz").map { [UInt8]($0) }
      #expect(bytes == again && bytes.starts(with: [0x50, 0x4B, 3, 4]))
      for (name, descr, shape, data) in [
        ("generator.0.bias", "<f4", "(3,)", floats([1, 2, 3])),
        ("discriminator.0.weight", "<f4", "(2, 1)", floats([7, 8])),
        ("generator.0.half", "<f4", "(2,)", floats([0.5, -3])),
      ] {
        let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }"
        let padding = String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
        let length: [UInt8] = [118, 0]
        var entry = Array("\(name).npy".utf8)
        entry += [0x93] + Array("NUMPY".utf8) + [1, 0] + length + Array((header + padding).utf8)
        entry += data
        #expect(contains(bytes, entry), "\(name)")
      }
      #expect(
        message { _ = try export.write(.npz, to: "\(folder)/a.npz", replacing: false) }
          == "cannot write \(folder)/a.npz: it is there already; --force replaces it")
      let failure = message {
        _ = try export.write(.npz, to: "\(folder)/no/a.npz", replacing: false)
      }
      #expect(failure.hasPrefix("cannot write ") && failure.contains("No such file"), "\(failure)")
    }
  }

  func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  }

  func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    (0...max(0, bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
  }
}
