import TandemRuns
import TandemTensors
import Testing

/// Tensors in files: every element type as the bits it has in memory.
@Suite struct TensorFileTests {
  @Test func tensorsComeBackBitByBit() throws {
    let values: [Float] = [0, -0.0, 1.5, -3.25e-20, .infinity, 7]
    let tensors = [
      ("f32", Tensor(values, [2, 3])), ("f64", Tensor(values, [2, 3]).converted(to: .float64)),
      ("bf16", Tensor(values, [6]).converted(to: .bfloat16)),
      ("i32", Tensor(indices: [3, -1, Int(Int32.max)], [3])), ("scalar", Tensor([2.5], [])),
    ]
    try withFolder { folder in
      let path = "\(folder)/tensors.safetensors"
      _ = try SafetensorsContents(tensors).write(to: path, fileSystem: LocalFileSystem())
      let read = try SafetensorsFile(contentsOf: path).tensorsByName()
      #expect(Set(read.keys) == Set(tensors.map(\.0)))
      for (name, tensor) in tensors {
        let found = try #require(read[name])
        #expect(found.dtype == tensor.dtype && found.shape == tensor.shape, "\(name)")
        #expect(found.values.map(\.bitPattern) == tensor.values.map(\.bitPattern), "\(name)")
      }
    }
  }

  @Test func aTypeThatTensorsDoNotHaveIsNamed() throws {
    try withFolder { folder in
      let path = "\(folder)/bytes.safetensors"
      let bytes = SafetensorsEntry(name: "w", type: .u8, shape: [2], bytes: [1, 2] as [UInt8])
      _ = try SafetensorsContents([bytes]).write(to: path, fileSystem: LocalFileSystem())
      #expect(
        message { _ = try SafetensorsFile(contentsOf: path).tensorsByName() }
          == "\(path) is damaged: 'w' has type U8")
    }
  }
}
