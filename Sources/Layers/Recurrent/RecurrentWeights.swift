import TandemTensors

/// The parameters of one direction of one recurrent layer, in PyTorch's layout and gate order.
public struct RecurrentWeights: Sendable {
  /// `weight_ih`, `[gates * H, inputs]`.
  public var input: Tensor
  /// `weight_hh`, `[gates * H, H]`.
  public var recurrent: Tensor
  /// `bias_ih`, `[gates * H]`.
  public var inputBias: Tensor?
  /// `bias_hh`, `[gates * H]`; a cell that adds both biases to the same sum can do without.
  public var recurrentBias: Tensor?

  /// The given parameters.
  public init(
    input: Tensor, recurrent: Tensor, inputBias: Tensor? = nil, recurrentBias: Tensor? = nil
  ) {
    require(
      input.rank == 2 && recurrent.rank == 2 && recurrent.shape[0] == input.shape[0]
        && inputBias?.shape ?? [input.shape[0]] == [input.shape[0]]
        && recurrentBias?.shape ?? [input.shape[0]] == [input.shape[0]],
      """
      recurrent weights: input \(input.shape), recurrent \(recurrent.shape) and biases \
      \(inputBias?.shape ?? []), \(recurrentBias?.shape ?? []) do not fit
      """)
    self.input = input
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
  }

  /// Both biases in one, for cells that add them to the same sum.
  var summedBias: Tensor? {
    guard let inputBias, let recurrentBias else { return inputBias ?? recurrentBias }
    return inputBias + recurrentBias
  }

  /// Shows the parameters under PyTorch's names, which end in `suffix`.
  mutating func walk(_ walker: inout ParameterWalker, suffix: String) {
    walker.parameter("weight_ih\(suffix)", &input)
    walker.parameter("weight_hh\(suffix)", &recurrent)
    walker.parameter("bias_ih\(suffix)", &inputBias)
    walker.parameter("bias_hh\(suffix)", &recurrentBias)
  }
}
