import CKernels

extension RandomStream {
  /// Numbers in `0 ..< 1`: 24 random bits each in float32, 53 in float64.
  mutating func drawUniform(_ shape: Shape, _ dtype: DType) -> Tensor {
    switch dtype {
    case .float64: draw(shape, .float64, perBlock: 2, tk_random_uniform_f64)
    case .float32: draw(shape, .float32, perBlock: 4, tk_random_uniform_f32)
    case .bfloat16: drawUniform(shape, .float32).converted(to: .bfloat16)
    case .int32: fatalError("random numbers of type int32 have no uniform distribution")
    }
  }

  /// Numbers of mean 0 and variance 1, by Box and Muller.
  mutating func drawNormal(_ shape: Shape, _ dtype: DType) -> Tensor {
    switch dtype {
    case .float64: draw(shape, .float64, perBlock: 2, tk_random_normal_f64)
    case .float32: draw(shape, .float32, perBlock: 4, tk_random_normal_f32)
    case .bfloat16: drawNormal(shape, .float32).converted(to: .bfloat16)
    case .int32: fatalError("random numbers of type int32 have no normal distribution")
    }
  }

  /// 64 random bits: half of a block.
  mutating func nextWord() -> UInt64 {
    let position = advance(1)
    var words: (UInt32, UInt32) = (0, 0)
    withUnsafeMutableBytes(of: &words) {
      tk_random_words($0.assumingMemoryBound(to: UInt32.self).baseAddress, 2, key, position)
    }
    return UInt64(words.1) << 32 | UInt64(words.0)
  }

  private mutating func draw<Element>(
    _ shape: Shape, _ dtype: DType, perBlock: Int,
    _ fill: (UnsafeMutablePointer<Element>?, Int, UInt64, UInt64) -> Void
  ) -> Tensor {
    let tensor = Tensor(uninitialized: shape, dtype)
    let count = tensor.count
    let position = advance((count + perBlock - 1) / perBlock)
    fill(tensor.storage.pointer.assumingMemoryBound(to: Element.self), count, key, position)
    return tensor
  }
}
