extension CPUBackend {
  public func recurrent(_ sequence: RecurrentSequence) -> (output: Tensor, record: Tensor) {
    let output = Recurrent(
      cell: sequence.cell, isReversed: sequence.isReversed, hasLengths: sequence.lengths != nil
    ).composed(sequence.inputs)
    return (output, output)
  }

  public func recurrentGradient(
    _ sequence: RecurrentSequence, output: Tensor, record: Tensor, upstream: Tensor,
    weightIsNeeded: Bool
  ) -> RecurrentGradient {
    let inputs = sequence.inputs.map { $0.dtype.isFloatingPoint ? $0.tracked : $0 }
    let output = Recurrent(
      cell: sequence.cell, isReversed: sequence.isReversed, hasLengths: sequence.lengths != nil
    ).composed(inputs)
    var rest = output.gradients(of: inputs.filter(\.isTracked), upstream: upstream)[...]
    return RecurrentGradient(
      projection: rest.removeFirst(), weight: rest.removeFirst(),
      bias: sequence.bias == nil ? nil : rest.removeFirst(), hidden: rest.removeFirst(),
      memory: sequence.memory == nil ? nil : rest.removeFirst())
  }
}

extension RecurrentSequence {
  fileprivate var inputs: [Tensor] {
    [projection, weight, bias, hidden, memory, lengths].compactMap { $0 }
  }
}
