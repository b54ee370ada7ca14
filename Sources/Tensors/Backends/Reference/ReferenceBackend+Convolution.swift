extension ReferenceBackend {
  public func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor
  {
    let (image, w) = (x.values, weight.values)
    var result = [Double](repeating: 0, count: geometry.outputShape.elementCount)
    geometry.forEachTerm { x, tap, y in result[y] += image[x] * w[tap] }
    return Tensor(result, geometry.outputShape, .float64)
  }

  public func convolutionTranspose(
    _ y: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    let (image, w) = (y.values, weight.values)
    var result = [Double](repeating: 0, count: geometry.inputShape.elementCount)
    geometry.forEachTerm { x, tap, y in result[x] += image[y] * w[tap] }
    return Tensor(result, geometry.inputShape, .float64)
  }

  public func convolutionWeightGradient(
    _ x: Tensor, _ y: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    let (input, output) = (x.values, y.values)
    var result = [Double](repeating: 0, count: geometry.weightShape.elementCount)
    geometry.forEachTerm { x, tap, y in result[tap] += input[x] * output[y] }
    return Tensor(result, geometry.weightShape, .float64)
  }
}

extension ConvolutionGeometry {
  /// Calls `body` for each product x w y of the convolution's form with the positions of its three
  /// factors: y[n,p,q,o] meets w[o,c,i,j] and x[n, p s + i d - pad, q s + j d - pad, c].
  func forEachTerm(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    let channelsPerGroup = outputChannels / groups
    let (x, w, y) = (inputShape.strides, weightShape.strides, outputShape.strides)
    forEachIndex(of: [batch, output.height, output.width, outputChannels]) { at in
      let (n, p, q, o) = (at[0], at[1], at[2], at[3])
      let firstChannel = o / channelsPerGroup * inputChannels
      for i in 0..<kernel.height {
        let row = p * stride.height + i * dilation.height - padding.height
        guard row >= 0, row < input.height else { continue }
        for j in 0..<kernel.width {
          let column = q * stride.width + j * dilation.width - padding.width
          guard column >= 0, column < input.width else { continue }
          for c in 0..<inputChannels {
            body(
              n * x[0] + row * x[1] + column * x[2] + firstChannel + c,
              o * w[0] + c * w[1] + i * w[2] + j,
              n * y[0] + p * y[1] + q * y[2] + o)
          }
        }
      }
    }
  }
}
