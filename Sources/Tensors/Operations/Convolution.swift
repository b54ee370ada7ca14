/// The convolution, its transpose and its weight gradient, each the derivative of the others.
///
/// All three come from the form `F(x, w, y) = sum_{n,p,q,o,i,j,c} x w y`, linear in each of image x,
/// weights w and image y: the convolution is dF/dy, its transpose dF/dx, the weight gradient
/// dF/dw, so the gradient of any of them is the other two with the upstream gradient in the place
/// of what it was the derivative by. In the picture of the textbooks dF/dx is the "full"
/// convolution of y with the kernel turned by 180 degrees.
struct Convolution: Primitive {
  /// Which of the three images of the form is the result.
  enum Part: String, Sendable, CaseIterable {
    /// Arguments x, w; result y.
    case forward
    /// Arguments y, w; result x.
    case transpose
    /// Arguments x, y; result w.
    case weight
  }

  let part: Part
  let geometry: ConvolutionGeometry

  func forward(_ inputs: [Tensor]) -> Tensor {
    let backend = inputs[0].backend
    return switch part {
    case .forward: backend.convolution(inputs[0], inputs[1], geometry)
    case .transpose: backend.convolutionTranspose(inputs[0], inputs[1], geometry)
    case .weight: backend.convolutionWeightGradient(inputs[0], inputs[1], geometry)
    }
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream g: Tensor, needed: [Bool]) -> [Tensor?] {
    func derivative(_ part: Part, _ a: Tensor, _ b: Tensor) -> Tensor {
      Convolution(part: part, geometry: geometry)(a, b)
    }
    let (a, b) = (inputs[0], inputs[1])
    return switch part {
    case .forward:
      [needed[0] ? derivative(.transpose, g, b) : nil, needed[1] ? derivative(.weight, a, g) : nil]
    case .transpose:
      [needed[0] ? derivative(.forward, g, b) : nil, needed[1] ? derivative(.weight, g, a) : nil]
    case .weight:
      [
        needed[0] ? derivative(.transpose, b, g) : nil,
        needed[1] ? derivative(.forward, a, g) : nil,
      ]
    }
  }

  static var examples: [Example] {
    ConvolutionGeometry.examples.flatMap { geometry in
      Part.allCases.map { part in
        let x = Example.tensor(geometry.inputShape)
        let w = Example.tensor(geometry.weightShape, seed: 2)
        let y = Example.tensor(geometry.outputShape, seed: 3)
        let inputs =
          switch part {
          case .forward: [x, w]
          case .transpose: [y, w]
          case .weight: [x, y]
          }
        return Example("\(part) \(geometry)", inputs) {
          Convolution(part: part, geometry: geometry)($0[0], $0[1])
        }
      }
    }
  }
}

/// `f(convolution + bias)` or `f(transposed convolution + bias)` in one pass.
struct AffineConvolution: FusedPrimitive {
  let isTransposed: Bool
  let geometry: ConvolutionGeometry
  let activation: UnaryFunction?

  func composed(_ inputs: [Tensor]) -> Tensor {
    let part: Convolution.Part = isTransposed ? .transpose : .forward
    var result = Convolution(part: part, geometry: geometry)(inputs[0], inputs[1])
    if inputs.count > 2 { result = result + inputs[2] }
    return activation.map { result.applying($0) } ?? result
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    let bias = inputs.count > 2 ? inputs[2] : nil
    return isTransposed
      ? kernels.convolutionTranspose(inputs[0], inputs[1], bias, activation, geometry)
      : kernels.convolution(inputs[0], inputs[1], bias, activation, geometry)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    let (dz, bias) = kernels.throughActivation(
      activation, output: output, upstream: upstream, bias: needed.count > 2 && needed[2])
    let part: Convolution.Part = isTransposed ? .transpose : .forward
    let rest = Convolution(part: part, geometry: geometry).vjp(
      inputs: inputs, output: output, upstream: dz, needed: needed)
    return inputs.count > 2 ? rest + [bias] : rest
  }

  func keepsInput(_ index: Int) -> Bool { true }
  var keepsOutput: Bool { activation != nil }

  static var examples: [Example] {
    let geometry = ConvolutionGeometry.examples[1]
    let x = Example.tensor(geometry.inputShape)
    let y = Example.tensor(geometry.outputShape, seed: 3)
    let w = Example.tensor(geometry.weightShape, seed: 2)
    let biases = [geometry.inputShape, geometry.outputShape].map {
      Example.tensor([$0[3]], seed: 4)
    }
    let activations: [UnaryFunction?] = [nil, .tanh, .leakyReLU(slope: 0.2), .relu, .sigmoid]
    return activations.flatMap { activation in
      [false, true].map { isTransposed in
        let inputs = isTransposed ? [y, w, biases[0]] : [x, w, biases[1]]
        return Example(
          "\(isTransposed ? "transposed" : "plain") \(activation.map { "\($0)" } ?? "linear")",
          inputs
        ) {
          AffineConvolution(isTransposed: isTransposed, geometry: geometry, activation: activation)
            .apply($0)
        }
      }
    }
  }
}

extension Tensor {
  /// `f(convolution(self, weight) + bias)` of an NHWC image `[n, h, w, in]`, with a stride,
  /// padding and dilation for each axis.
  ///
  ///     y[n,p,q,o] = f(bias[o] + sum_{i,j,c} x[n, p s + i d - pad, q s + j d - pad, c] w[o,c,i,j])
  ///
  /// - Parameters:
  ///   - weight: `[out, in / groups, kh, kw]`, PyTorch's layout.
  ///   - bias: `[out]`.
  ///   - activation: The function f; the identity if absent.
  public func convolution(
    _ weight: Tensor, bias: Tensor? = nil, stride: ConvolutionGeometry.Size,
    padding: ConvolutionGeometry.Size,
    dilation: ConvolutionGeometry.Size = ConvolutionGeometry.Size(1),
    groups: Int = 1, activation: UnaryFunction? = nil
  ) -> Tensor {
    let geometry = ConvolutionGeometry(
      "convolution", input: shape, weight: weight.shape, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
    return convolved(weight, bias, geometry, isTransposed: false, activation)
  }

  /// `convolution` with the same stride, padding and dilation on both axes.
  public func convolution(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, activation: UnaryFunction? = nil
  ) -> Tensor {
    convolution(
      weight, bias: bias, stride: ConvolutionGeometry.Size(stride),
      padding: ConvolutionGeometry.Size(padding), dilation: ConvolutionGeometry.Size(dilation),
      groups: groups, activation: activation)
  }

  /// `f(transposed convolution(self, weight) + bias)` of an NHWC image `[n, h, w, in]`: the
  /// gradient of the convolution by `weight` with respect to its image, for which
  /// `h' = (h - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1`.
  ///
  /// - Parameters:
  ///   - weight: `[in, out / groups, kh, kw]`, PyTorch's layout.
  ///   - bias: `[out]`.
  ///   - activation: The function f; the identity if absent.
  public func convolutionTransposed(
    _ weight: Tensor, bias: Tensor? = nil, stride: ConvolutionGeometry.Size,
    padding: ConvolutionGeometry.Size,
    outputPadding: ConvolutionGeometry.Size = ConvolutionGeometry.Size(0),
    dilation: ConvolutionGeometry.Size = ConvolutionGeometry.Size(1), groups: Int = 1,
    activation: UnaryFunction? = nil
  ) -> Tensor {
    let geometry = ConvolutionGeometry(
      transposing: shape, weight: weight.shape, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
    return convolved(weight, bias, geometry, isTransposed: true, activation)
  }

  /// `convolutionTransposed` with the same stride, paddings and dilation on both axes.
  public func convolutionTransposed(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1, activation: UnaryFunction? = nil
  ) -> Tensor {
    convolutionTransposed(
      weight, bias: bias, stride: ConvolutionGeometry.Size(stride),
      padding: ConvolutionGeometry.Size(padding),
      outputPadding: ConvolutionGeometry.Size(outputPadding),
      dilation: ConvolutionGeometry.Size(dilation), groups: groups,
      activation: activation)
  }

  private func convolved(
    _ weight: Tensor, _ bias: Tensor?, _ geometry: ConvolutionGeometry, isTransposed: Bool,
    _ activation: UnaryFunction?
  ) -> Tensor {
    require(
      dtype == weight.dtype && dtype == bias?.dtype ?? dtype,
      "convolution: the image is \(dtype), the weights are \(weight.dtype)")
    let channels = isTransposed ? geometry.inputShape[3] : geometry.outputChannels
    require(
      bias?.shape ?? [channels] == [channels],
      "convolution: a bias of shape \(bias?.shape ?? []) for \(channels) channels")
    // The fused gradient finds f' from the output.
    if let activation, !activation.derivativeReadsOutput {
      return convolved(weight, bias, geometry, isTransposed: isTransposed, nil).applying(activation)
    }
    if bias == nil && activation == nil {
      let part: Convolution.Part = isTransposed ? .transpose : .forward
      return Convolution(part: part, geometry: geometry)(self, weight)
    }
    return AffineConvolution(
      isTransposed: isTransposed, geometry: geometry, activation: activation
    ).apply([self, weight] + (bias.map { [$0] } ?? []))
  }
}

extension FusedKernels {
  /// `activationGradient` where there may be no activation.
  func throughActivation(
    _ activation: UnaryFunction?, output: Tensor, upstream: Tensor, bias: Bool
  ) -> (input: Tensor, bias: Tensor?) {
    if let activation {
      return activationGradient(activation, output: output, upstream: upstream, bias: bias)
    }
    let channels: Shape = [upstream.shape[upstream.rank - 1]]
    return (upstream, bias ? upstream.summed(to: channels) : nil)
  }
}
