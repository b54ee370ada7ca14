extension Image {
  /// The image at another size, by antialiased bilinear resampling.
  ///
  /// Along each side, with `r = old / new` and `s = max(1, r)`, the new pixel `i` has its centre at
  /// `c = (i + 1/2) r` and is the mean of the old pixels `j` weighted by the triangle
  /// `max(0, 1 - |j + 1/2 - c| / s)`. Enlarging this is bilinear interpolation; reducing, the
  /// triangle widens to cover what it replaces. It is the rule of Pillow's `BILINEAR` and of
  /// PyTorch's `interpolate(mode="bilinear", antialias=True)`. Colours are weighted by alpha, so
  /// that what is transparent does not bleed in. Samples are rounded once, at the end.
  ///
  /// Throws `ImageError.invalid` where a side is less than 1 or the result too large.
  public func resized(width newWidth: Int, height newHeight: Int) throws(ImageError) -> Image {
    if newWidth == width && newHeight == height { return self }
    var resized = try Image(
      width: newWidth, height: newHeight, format: format, filledWith: .black)
    let columns = TriangleFilter(from: width, to: newWidth)
    let rows = TriangleFilter(from: height, to: newHeight)
    let samples = resampled(columns: columns, rows: rows)
    resized.store(samples)
    return resized
  }

  /// The new samples before rounding; premultiplied where there is alpha.
  private func resampled(columns: TriangleFilter, rows: TriangleFilter) -> [Float] {
    let rowCount = width * channels
    let newWidth = columns.starts.count
    // Rows first: the inner loop runs along a row and vectorises.
    var mixed = [Float](repeating: 0, count: rowCount)
    var source = [Float](repeating: 0, count: rowCount)
    var samples = [Float](repeating: 0, count: newWidth * rows.starts.count * channels)
    for y in rows.starts.indices {
      for index in mixed.indices { mixed[index] = 0 }
      for (tap, weight) in rows.taps(of: y).enumerated() {
        load(row: rows.starts[y] + tap, into: &source)
        mixed.withUnsafeMutableBufferPointer { mixed in
          source.withUnsafeBufferPointer { source in
            for index in 0..<rowCount { mixed[index] += weight * source[index] }
          }
        }
      }
      columns.apply(to: mixed, channels: channels, storingAt: y * newWidth * channels, in: &samples)
    }
    return samples
  }

  private func load(row: Int, into samples: inout [Float]) {
    let (count, channels, alpha) = (width * channels, channels, format.hasAlpha)
    pixels.withUnsafeBufferPointer { pixels in
      samples.withUnsafeMutableBufferPointer { samples in
        let start = row * count
        for index in 0..<count { samples[index] = Float(pixels[start + index]) }
        guard alpha else { return }
        for pixel in stride(from: 0, to: count, by: channels) {
          let coverage = samples[pixel + channels - 1] / 255
          for channel in pixel..<pixel + channels - 1 { samples[channel] *= coverage }
        }
      }
    }
  }

  private mutating func store(_ samples: [Float]) {
    let (channels, alpha) = (channels, format.hasAlpha)
    withUnsafeMutablePixels { pixels in
      for index in pixels.indices {
        var sample = samples[index]
        if alpha && index % channels != channels - 1 {
          let coverage = samples[index - index % channels + channels - 1] / 255
          sample = coverage > 0 ? sample / coverage : 0
        }
        pixels[index] = UInt8(max(0, min(255, sample + 0.5)))
      }
    }
  }
}

/// The weights of one side's resampling.
struct TriangleFilter {
  /// The first old pixel that each new one is made of.
  private(set) var starts: [Int] = []
  private var weights: [Float] = []
  private var offsets: [Int] = [0]

  init(from old: Int, to new: Int) {
    let ratio = Double(old) / Double(new)
    let support = max(1, ratio)
    for index in 0..<new {
      let centre = (Double(index) + 0.5) * ratio
      let first = max(0, Int(centre - support))
      let last = min(old, Int(centre + support) + 1)
      let taps = (first..<last).map { max(0, 1 - abs(Double($0) + 0.5 - centre) / support) }
      let sum = taps.reduce(0, +)
      starts.append(first)
      weights += taps.map { Float($0 / sum) }
      offsets.append(weights.count)
    }
  }

  func taps(of index: Int) -> ArraySlice<Float> {
    weights[offsets[index]..<offsets[index + 1]]
  }

  /// Filters a row of interleaved samples.
  func apply(
    to row: [Float], channels: Int, storingAt start: Int, in samples: inout [Float]
  ) {
    row.withUnsafeBufferPointer { row in
      samples.withUnsafeMutableBufferPointer { samples in
        for index in starts.indices {
          let first = offsets[index]
          let count = offsets[index + 1] - first
          for channel in 0..<channels {
            var sum: Float = 0
            var at = starts[index] * channels + channel
            for tap in first..<first + count {
              sum += weights[tap] * row[at]
              at += channels
            }
            samples[start + index * channels + channel] = sum
          }
        }
      }
    }
  }
}
