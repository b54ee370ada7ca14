extension ReferenceBackend {
  public func maxPoolIndices(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let image = ElementReader(x)
    var positions: [Int] = []
    forEachIndex(of: geometry.output) { at in
      var best = -1
      for (row, column) in geometry.pixels(under: at[1], at[2]) {
        let position = image.offset([at[0], row, column, at[3]])
        if best < 0 || image.values[position] > image.values[best] { best = position }
      }
      positions.append(best)
    }
    return Tensor(indices: positions, geometry.output)
  }

  public func averagePool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let image = ElementReader(x)
    return tensor(geometry.output) { at in
      let pixels = geometry.pixels(under: at[1], at[2])
      let total = pixels.reduce(0.0) { $0 + image.pixel(at[0], $1.row, $1.column, at[3]) }
      return total / geometry.divisor(pixels.count)
    }
  }

  public func averagePoolTranspose(_ y: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let target = ElementReader(Tensor(zeros: geometry.input, .float64))
    var totals = target.values
    let values = y.values
    var position = 0
    forEachIndex(of: geometry.output) { at in
      let pixels = geometry.pixels(under: at[1], at[2])
      for (row, column) in pixels {
        totals[target.offset([at[0], row, column, at[3]])] +=
          values[position] / geometry.divisor(pixels.count)
      }
      position += 1
    }
    return Tensor(totals, geometry.input, .float64)
  }

  public func resample(
    _ x: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor {
    let image = ElementReader(x)
    let (height, width) = (x.shape[1], x.shape[2])
    return tensor([x.shape[0], size.height, size.width, x.shape[3]]) { at in
      var total = 0.0
      for (row, a) in interpolation.sources(of: at[1], from: height, to: size.height) {
        for (column, b) in interpolation.sources(of: at[2], from: width, to: size.width) {
          total += a * b * image.pixel(at[0], row, column, at[3])
        }
      }
      return total
    }
  }

  public func resampleTranspose(
    _ y: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor {
    let shape: Shape = [y.shape[0], size.height, size.width, y.shape[3]]
    let target = ElementReader(Tensor(zeros: shape, .float64))
    var totals = target.values
    let values = y.values
    var position = 0
    forEachIndex(of: y.shape) { at in
      for (row, a) in interpolation.sources(of: at[1], from: size.height, to: y.shape[1]) {
        for (column, b) in interpolation.sources(of: at[2], from: size.width, to: y.shape[2]) {
          totals[target.offset([at[0], row, column, at[3]])] += a * b * values[position]
        }
      }
      position += 1
    }
    return Tensor(totals, shape, .float64)
  }
}

extension PoolingGeometry {
  /// The pixels of the image under the window of output pixel (p, q).
  func pixels(under p: Int, _ q: Int) -> [(row: Int, column: Int)] {
    let (top, left) = (p * stride.height - padding.height, q * stride.width - padding.width)
    var result: [(row: Int, column: Int)] = []
    for row in max(top, 0)..<min(top + window.height, input[1]) {
      for column in max(left, 0)..<min(left + window.width, input[2]) {
        result.append((row, column))
      }
    }
    return result
  }

  /// What the sum over a window with `pixels` inside the image is divided by.
  func divisor(_ pixels: Int) -> Double {
    Double(countsPadding ? window.height * window.width : pixels)
  }
}

extension Interpolation {
  /// The source positions of position `target`, with their weights.
  ///
  /// Pixel centres lie at half-integers, so position t of n' falls on (t + 1/2) n / n' - 1/2 of n.
  func sources(of target: Int, from: Int, to: Int) -> [(position: Int, weight: Double)] {
    let scale = Double(from) / Double(to)
    switch self {
    case .nearest: return [(min(Int(Double(target) * scale), from - 1), 1)]
    case .bilinear:
      let place = max((Double(target) + 0.5) * scale - 0.5, 0)
      let low = min(Int(place), from - 1)
      let fraction = place - Double(low)
      return [(low, 1 - fraction), (min(low + 1, from - 1), fraction)]
    }
  }
}
