import TandemTensors

/// Normalisation of groups of channels of each example, over the group's channels and all pixels:
/// `[n, ..., C]`.
///
///     y = (x - mean) / sqrt(variance + epsilon) * weight + bias
///
/// Parameters: `weight`, `bias` `[C]`.
///
/// Source: Wu and He, Group Normalization, 2018.
public struct GroupNorm: Layer {
  /// `[C]`.
  public var weight: Tensor
  /// `[C]`.
  public var bias: Tensor
  /// Groups of neighbouring channels that are normalised together.
  public let groups: Int
  /// What is added to the variance, so that none is zero.
  public let epsilon: Double

  /// A layer for `channels` channels in `groups` groups of neighbours.
  public init(groups: Int, _ channels: Int, epsilon: Double = 1e-5) {
    require(
      groups > 0 && channels.isMultiple(of: groups),
      "GroupNorm: \(groups) groups do not divide \(channels) channels")
    weight = Tensor(ones: [channels])
    bias = Tensor(zeros: [channels])
    self.groups = groups
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.groupNorm(groups: groups, scale: weight, shift: bias, epsilon: epsilon)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
  }

  public var description: String { "GroupNorm \(weight.count), \(groups) groups" }

  public func operations(input: Shape) -> Int { 2 * input.elementCount }
}
