/// `f(x w^T + bias)` in one pass; `dz = upstream f'`, `dx = dz w`, `dw = dz^T x`, `dbias = sum dz`.
struct Linear: FusedPrimitive {
  let activation: UnaryFunction?

  func composed(_ inputs: [Tensor]) -> Tensor {
    var result = inputs[0].matmul(inputs[1], transposed: false, true)
    if inputs.count > 2 { result = result + inputs[2] }
    return activation.map { result.applying($0) } ?? result
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.linear(inputs[0], inputs[1], inputs.count > 2 ? inputs[2] : nil, activation)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    let (x, w) = (inputs[0], inputs[1])
    let (dz, bias) = kernels.throughActivation(
      activation, output: output, upstream: upstream, bias: needed.count > 2 && needed[2])
    return [
      needed[0] ? dz.matmul(w) : nil, needed[1] ? dz.matmul(x, transposed: true, false) : nil, bias,
    ]
  }

  var keepsOutput: Bool { activation != nil }

  static var examples: [Example] {
    let (x, w) = (Example.tensor([4, 3]), Example.tensor([2, 3], seed: 2))
    let bias = Example.tensor([2], seed: 3)
    let activations: [UnaryFunction?] = [nil, .relu, .leakyReLU(slope: 0.2), .tanh, .sigmoid]
    return activations.flatMap { activation in
      [[x, w], [x, w, bias]].map { inputs in
        Example("\(activation.map { "\($0)" } ?? "linear") of \(inputs.count)", inputs) {
          Linear(activation: activation).apply($0)
        }
      }
    }
  }
}

extension Tensor {
  /// `f(x w^T + bias)` on the last axis: x `[..., in]`, weight `[out, in]`, bias `[out]`.
  public func linear(_ weight: Tensor, bias: Tensor? = nil, activation: UnaryFunction? = nil)
    -> Tensor
  {
    require(
      rank >= 1 && weight.rank == 2 && shape[rank - 1] == weight.shape[1]
        && bias?.shape ?? [weight.shape[0]] == [weight.shape[0]],
      "linear: input \(shape), weight \(weight.shape), bias \(bias?.shape ?? []) do not fit")
    require(
      dtype == weight.dtype && dtype == bias?.dtype ?? dtype,
      "linear: the input is \(dtype), the weight \(weight.dtype)")
    if let activation, !activation.derivativeReadsOutput {
      return linear(weight, bias: bias).applying(activation)
    }
    let rows = rank == 2 ? self : reshaped(to: [count / max(weight.shape[1], 1), weight.shape[1]])
    let result = Linear(activation: activation).apply([rows, weight] + (bias.map { [$0] } ?? []))
    return rank == 2
      ? result : result.reshaped(to: Shape(Array(shape.dropLast()) + [weight.shape[0]]))
  }
}
