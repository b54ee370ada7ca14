import TandemTensors

/// The affine map `y = x wᵀ + b` on the last axis: `[..., in]` to `[..., out]`.
///
/// Parameters: `weight` `[out, in]`, `bias` `[out]`.
public struct Linear: ActivationFusing {
  /// `[out, in]`.
  public var weight: Tensor
  /// `[out]`.
  public var bias: Tensor?

  /// A layer of given parameters.
  public init(weight: Tensor, bias: Tensor?) {
    require(
      weight.rank == 2 && bias?.shape ?? [weight.shape[0]] == [weight.shape[0]],
      "Linear: weight \(weight.shape) and bias \(bias?.shape ?? []) do not fit")
    self.weight = weight
    self.bias = bias
  }

  /// A layer from `inputs` to `outputs` numbers, started as PyTorch's unless told otherwise.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, weights: Initializer = .standard,
    biases: Initializer = .standard, random: inout RandomStream
  ) {
    let shape: Shape = [outputs, inputs]
    let weight = weights.tensor(shape, random: &random)
    self.init(
      weight: weight,
      bias: bias ? biases.tensor([outputs], fans: Fans(of: shape), random: &random) : nil)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.linear(weight, bias: bias)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass, then activation: UnaryFunction)
    -> Tensor
  {
    x.linear(weight, bias: bias, activation: activation)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
  }

  public var description: String {
    "Linear \(weight.shape[1])→\(weight.shape[0])\(bias == nil ? ", no bias" : "")"
  }

  public func operations(input: Shape) -> Int {
    let rows = input.dropLast().reduce(1, *)
    return rows * weight.shape[0] * (2 * weight.shape[1] + (bias == nil ? 0 : 1))
  }
}
