/// A recurrent cell over a whole sequence, differentiated by back-propagation through time.
///
/// Arguments: the projections of all steps `[T, B, gates * H]`, the recurrent weights
/// `[gates * H, P]`, the recurrent bias where the cell has one, the first output `[B, P]`, the
/// first memory `[B, H]` where the cell has one, the three parameters of an LSTM's norms where it
/// has some, the output weights `[P, H]` where its output is projected, and int32 lengths `[B]`
/// where they vary; P is H where nothing is projected. The result is a vector of the outputs of all
/// steps `[T, B, P]`, which the last memory follows where the cell has one.
///
/// Beyond a sequence's length its state stays what it is. With the gradients d of the output and
/// of the memory that arrive at a step from its own upstream and from the step after it, the LSTM
/// (`u = tanh(c')`) goes back by
///
///     do = d_h u o (1 - o)             dc = d_c + d_h o (1 - u^2)
///     di = dc g i (1 - i)              df = dc c f (1 - f)             dg = dc i (1 - g^2)
///     d_c of the step before = dc f    d_h of the step before = (di, df, dg, do) W
///
/// and the GRU, with the recurrent product q_n = h W_n^T + b_n, by
///
///     dn = d_h (1 - z) (1 - n^2)       dz = d_h (h - n) z (1 - z)      dr = dn q_n r (1 - r)
///     d_h of the step before = d_h z + (dr, dz, dn r) W
///
/// The gradients of the weights are one product over all steps: `dW = sum_t d_t^T h_(t-1)`.
///
/// Where the output is projected, `h = (o u) V^T`, the o u have the gradient `d_h V` in the place of
/// d_h, and `dV = sum_t d_h^T (o u)`.
///
/// Of a normalised LSTM, `u = tanh(m)` with `m = LN(c')`, and d_c receives what comes back through
/// that norm; the gradients of the gates are those of the projection, and go on through the norm of
/// the product to it and to W. A norm `y = scale v + shift`, `v = (x - mean) / s`, goes back by
///
///     g = d_y scale      d_x = (g - mean(g) - v mean(g v)) / s
///     d_scale = sum d_y v,   d_shift = sum d_y
///
/// Source: Werbos, Backpropagation through time, 1990.
struct Recurrent: FusedPrimitive {
  let cell: RecurrentCell
  /// Whether the last step comes first.
  var isReversed = false
  var hasLengths = false
  /// Of an LSTM that is normalised.
  var norms: RecurrentNorms.Epsilon? = nil
  /// Whether the outputs of an LSTM are projected.
  var isProjected = false
  /// What the forward pass keeps for the gradient; found again where it is absent.
  var record: Tensor? = nil

  func sequence(_ inputs: [Tensor]) -> RecurrentSequence {
    var rest = inputs[...]
    let (projection, weight) = (rest.removeFirst(), rest.removeFirst())
    let bias = cell.hasRecurrentBias ? rest.removeFirst() : nil
    let (hidden, memory) = (rest.removeFirst(), cell.hasMemory ? rest.removeFirst() : nil)
    let norms = norms.map {
      RecurrentNorms(
        productScale: rest.removeFirst(), memoryScale: rest.removeFirst(),
        memoryShift: rest.removeFirst(), epsilon: $0)
    }
    return RecurrentSequence(
      cell: cell, isReversed: isReversed, projection: projection, weight: weight, bias: bias,
      hidden: hidden, memory: memory, outputWeight: isProjected ? rest.removeFirst() : nil,
      lengths: hasLengths ? rest.removeFirst() : nil, norms: norms)
  }

  func composed(_ inputs: [Tensor]) -> Tensor {
    let it = sequence(inputs)
    let steps = it.projection.shape[0]
    var (hidden, memory) = (it.hidden, it.memory)
    var outputs = [Tensor](repeating: hidden, count: steps)
    for step in isReversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
      var next = cell.step(
        it.projection.slice(axis: 0, step..<(step + 1))
          .reshaped(to: Array(it.projection.shape.dropFirst())),
        hidden: hidden, memory: memory, weight: it.weight, bias: it.bias, norms: it.norms,
        outputWeight: it.outputWeight)
      if let lengths = it.lengths {
        // 1 for the sequences that have this step.
        let isPresent = lengths.converted(to: hidden.dtype)
          .greater(Tensor(Double(step), hidden.dtype)).reshaped(to: [lengths.count, 1])
        next.hidden = hidden + isPresent * (next.hidden - hidden)
        if let old = memory, let new = next.memory { next.memory = old + isPresent * (new - old) }
      }
      (hidden, memory) = next
      outputs[step] = hidden
    }
    let all = Tensor.stack(outputs).reshaped(to: [steps * hidden.count])
    guard let memory else { return all }
    return .concatenate([all, memory.reshaped(to: [memory.count])])
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.recurrent(sequence(inputs)).output
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool], _ kernels: any FusedKernels
  ) -> [Tensor?] {
    let it = sequence(inputs)
    let gradient = kernels.recurrentGradient(
      it, output: output, record: record ?? kernels.recurrent(it).record,
      upstream: upstream, weightIsNeeded: needed[1])
    var result: [Tensor?] = [gradient.projection, gradient.weight]
    if cell.hasRecurrentBias { result.append(gradient.bias) }
    result.append(gradient.hidden)
    if cell.hasMemory { result.append(gradient.memory) }
    result += gradient.norms?.tensors ?? []
    if isProjected { result.append(gradient.outputWeight) }
    if hasLengths { result.append(nil) }
    return result
  }

  var keepsOutput: Bool { true }

  static var examples: [Example] {
    let epsilon = RecurrentNorms.Epsilon(product: 1e-3, memory: 2e-3)
    let plain = RecurrentCell.allCases.map { Recurrent(cell: $0) }
    let kinds =
      plain + [
        Recurrent(cell: .lstm, norms: epsilon), Recurrent(cell: .lstm, isProjected: true),
      ]
    return kinds.flatMap { kind in
      [(false, nil), (true, nil), (false, [3, 1, 2]), (true, [2, 3, 0])].map {
        (isReversed: Bool, lengths: [Int]?) in
        var it = kind
        it.isReversed = isReversed
        it.hasLengths = lengths != nil
        return it.example(lengths: lengths)
      }
    }
  }

  /// Three steps of a batch of three and a size of two, projected to three.
  private func example(lengths: [Int]?) -> Example {
    let (gates, outputs) = (cell.gateCount * 2, isProjected ? 3 : 2)
    var inputs = [Example.tensor([3, 3, gates]), Example.tensor([gates, outputs], seed: 2)]
    if cell.hasRecurrentBias { inputs.append(Example.tensor([gates], seed: 3)) }
    inputs.append(Example.tensor([3, outputs], seed: 4))
    if cell.hasMemory { inputs.append(Example.tensor([3, 2], seed: 5)) }
    if norms != nil {
      inputs += [
        Example.positive([gates], seed: 6), Example.positive([2], seed: 7),
        Example.tensor([2], seed: 8),
      ]
    }
    if isProjected { inputs.append(Example.tensor([outputs, 2], seed: 9)) }
    if let lengths { inputs.append(Tensor(indices: lengths)) }
    let name = [
      norms == nil ? nil : "normalised", isProjected ? "projected" : nil, "\(cell)",
      isReversed ? "backwards" : nil, lengths.map { "lengths \($0)" },
    ]
    return Example(name.compactMap { $0 }.joined(separator: " "), inputs) { applied($0) }
  }

  /// The result, recorded with what the fused pass keeps.
  func applied(_ inputs: [Tensor]) -> Tensor {
    guard let kernels = inputs[0].backend.fused else { return composed(inputs) }
    guard inputs.contains(where: \.isTracked) else { return fusedForward(inputs, kernels) }
    let (output, record) = kernels.recurrent(sequence(inputs))
    var recorded = self
    recorded.record = record
    return recorded.recorded(output, inputs)
  }
}

extension Tensor {
  /// The outputs of a recurrent cell over the sequence of projections `[T, B, gates * H]`.
  ///
  /// - Parameters:
  ///   - cell: What happens at a step; see `RecurrentCell`.
  ///   - weight: Recurrent weights `[gates * H, P]`; P is H where the output is not projected.
  ///   - bias: Recurrent bias `[gates * H]`, for a cell that has one.
  ///   - hidden: The output before the first step, `[B, P]`.
  ///   - memory: The memory before the first step, `[B, H]`, for a cell that has one.
  ///   - lengths: Steps of each sequence, int32 `[B]` in `0 ... T`; all T if absent. Behind them
  ///     the state stays what it is, and so do the outputs.
  ///   - isReversed: Whether to begin with the last step.
  ///   - norms: Those of an LSTM that is normalised.
  ///   - outputWeight: `[P, H]`, of an LSTM whose output is projected.
  /// - Returns: The outputs of all steps `[T, B, P]`, and the state after the last one.
  public func recurrent(
    _ cell: RecurrentCell, weight: Tensor, bias: Tensor? = nil, hidden: Tensor,
    memory: Tensor? = nil, lengths: Tensor? = nil, isReversed: Bool = false,
    norms: RecurrentNorms? = nil, outputWeight: Tensor? = nil
  ) -> (output: Tensor, hidden: Tensor, memory: Tensor?) {
    require(
      rank == 3 && hidden.rank == 2 && shape[0] > 0 && hidden.shape[0] == shape[1]
        && shape[2].isMultiple(of: cell.gateCount)
        && weight.shape == [shape[2], hidden.shape[1]],
      "\(cell): projections \(shape), weight \(weight.shape) and state \(hidden.shape) do not fit")
    let size = shape[2] / cell.gateCount
    require(
      outputWeight == nil
        ? hidden.shape[1] == size
        : cell == .lstm && norms == nil
          && outputWeight!.shape == [hidden.shape[1], size],
      """
      \(cell): outputs of \(hidden.shape[1]) for a size of \(size) and output weights \
      \(outputWeight?.shape ?? [])
      """)
    require(
      (bias != nil) == cell.hasRecurrentBias && bias?.shape ?? [shape[2]] == [shape[2]]
        && (memory != nil) == cell.hasMemory
        && memory?.shape ?? [shape[1], size] == [shape[1], size],
      "\(cell): bias \(bias?.shape ?? []) and memory \(memory?.shape ?? []) do not fit")
    require(
      lengths == nil || (lengths!.dtype == .int32 && lengths!.shape == [shape[1]]),
      "\(cell): lengths \(lengths?.shape ?? []) for a batch of \(shape[1])")
    require(
      norms == nil
        || (cell == .lstm && norms!.tensors.map(\.shape) == [[shape[2]], [size], [size]]),
      "\(cell): norms of \(norms?.tensors.map(\.shape) ?? []) do not fit")
    let last = (norms?.tensors ?? []) + [outputWeight].compactMap { $0 }
    require(
      ([weight, bias, hidden, memory] + last).allSatisfy { $0?.dtype ?? dtype == dtype },
      "\(cell): element types differ")
    let inputs = ([self, weight, bias, hidden, memory] + last + [lengths]).compactMap { $0 }
    let result = Recurrent(
      cell: cell, isReversed: isReversed, hasLengths: lengths != nil, norms: norms?.epsilon,
      isProjected: outputWeight != nil
    ).applied(inputs)
    func part(_ start: Int, _ shape: Shape) -> Tensor {
      let range = start..<(start + shape.elementCount)
      let isAll = range.count == result.count
      return (isAll ? result : result.slice(axis: 0, range)).reshaped(to: shape)
    }
    let outputs: Shape = [shape[0], shape[1], hidden.shape[1]]
    let all = outputs.elementCount
    return (
      output: part(0, outputs),
      hidden: part(isReversed ? 0 : all - hidden.count, hidden.shape),
      memory: memory.map { part(all, $0.shape) }
    )
  }
}
