import CKernels
import COneDNN

extension CPUBackend {
  public func recurrent(_ sequence: RecurrentSequence) -> (output: Tensor, record: Tensor) {
    guard sequence.projection.dtype == .float32 else {
      let (output, record) = recurrent(sequence.mapped(single))
      return (convert(output, to: sequence.projection.dtype), record)
    }
    let output = Tensor(
      uninitialized: [sequence.outputCount + (sequence.memory?.count ?? 0)], .float32)
    return sequence.withRecurrence { recurrence in
      let record = Tensor(uninitialized: [tk_recurrent_record(recurrence)], .float32)
      let workspace = Tensor(uninitialized: [tk_recurrent_workspace(recurrence)], .float32)
      tk_recurrent(
        recurrence, sequence.projection.pointer, output.pointer, record.pointer,
        workspace.pointer)
      return (output, record)
    }
  }

  public func recurrentGradient(
    _ sequence: RecurrentSequence, output: Tensor, record: Tensor, upstream: Tensor,
    weightIsNeeded: Bool
  ) -> RecurrentGradient {
    let dtype = sequence.projection.dtype
    guard dtype == .float32 else {
      return recurrentGradient(
        sequence.mapped(single), output: single(output), record: record,
        upstream: single(upstream), weightIsNeeded: weightIsNeeded
      ).mapped { convert($0, to: dtype) }
    }
    let projection = Tensor(uninitialized: sequence.projection.shape, .float32)
    let product =
      sequence.cell.hasRecurrentBias || sequence.norms != nil
      ? Tensor(uninitialized: sequence.projection.shape, .float32) : nil
    let outputs = sequence.outputWeight.map { _ in
      Tensor(uninitialized: [sequence.outputCount], .float32)
    }
    let hidden = Tensor(uninitialized: sequence.hidden.shape, .float32)
    let memory = sequence.memory.map { Tensor(uninitialized: $0.shape, .float32) }
    // Row by row, as the kernel leaves them to be added up.
    let norms = sequence.norms?.mapped {
      Tensor(uninitialized: projection.shape.replacing(2, with: $0.count), .float32)
    }
    sequence.withRecurrence { recurrence in
      let workspace = Tensor(uninitialized: [tk_recurrent_workspace(recurrence)], .float32)
      var gradients = tk_recurrent_gradients(
        projection: projection.pointer, product: product?.pointer, output: outputs?.pointer,
        hidden: hidden.pointer, memory: memory?.pointer,
        product_scale: norms?.productScale.pointer, memory_scale: norms?.memoryScale.pointer,
        memory_shift: norms?.memoryShift.pointer)
      tk_recurrent_gradient(
        recurrence, output.pointer, record.pointer, upstream.pointer, &gradients,
        workspace.pointer)
    }
    func sum(_ rows: Tensor) -> Tensor {
      reduce(.sum, rows, axes: [0, 1]).reshaped(to: [rows.shape[2]])
    }
    return RecurrentGradient(
      projection: projection,
      weight: weightIsNeeded
        ? weightGradient(sequence, product: product ?? projection, output: output) : nil,
      bias: sequence.cell.hasRecurrentBias ? product.map(sum) : nil, hidden: hidden,
      memory: memory,
      outputWeight: outputs.map { outputWeightGradient(sequence, outputs: $0, record: record) },
      norms: norms?.mapped(sum))
  }

  /// `sum_t d_t^T h_(t-1)`: one product over all steps but the first, and one of that.
  private func weightGradient(
    _ sequence: RecurrentSequence, product: Tensor, output: Tensor
  ) -> Tensor {
    let (steps, batch) = sequence.extents
    let (columns, length) = (sequence.weight.shape[0], sequence.weight.shape[1])
    let stride = MemoryLayout<Float>.stride
    let (gradients, outputs) = (product.storage.pointer, output.storage.pointer)
    let others = (steps - 1) * batch
    let first = rowsProduct(
      batch, gradients + (sequence.isReversed ? others * columns * stride : 0),
      sequence.hidden.storage.pointer, shape: sequence.weight.shape)
    if steps == 1 { return first }
    // From the second step on, each step's gradient meets the output of the step before it.
    let rest = rowsProduct(
      others, gradients + (sequence.isReversed ? 0 : batch * columns * stride),
      outputs + (sequence.isReversed ? batch * length * stride : 0), shape: sequence.weight.shape)
    return binary(.add, first, rest)
  }

  /// `sum_t d_t^T (o tanh(c))_t` over all steps: what is projected stands last in the record.
  private func outputWeightGradient(
    _ sequence: RecurrentSequence, outputs: Tensor, record: Tensor
  ) -> Tensor {
    let (steps, batch) = sequence.extents
    let shape = sequence.outputWeight!.shape
    let projected = record.count - steps * batch * shape[1]
    return rowsProduct(
      steps * batch, outputs.storage.pointer,
      record.storage.pointer + projected * MemoryLayout<Float>.stride, shape: shape)
  }

  /// `a^T b` of dense float32 matrices of `rows` rows, which is of the given shape.
  private func rowsProduct(
    _ rows: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, shape: Shape
  ) -> Tensor {
    let result = Tensor(uninitialized: shape, .float32)
    var it = onednn_product(m: shape[0], n: shape[1], k: rows, .float32)
    it.setStrides(a: (0, true), b: (0, false))
    OneDNN.check(onednn_multiply(&it, a, b, nil, result.storage.pointer))
    return result
  }
}

extension RecurrentSequence {
  fileprivate var extents: (steps: Int, batch: Int) { (projection.shape[0], projection.shape[1]) }

  /// Elements of the outputs of all steps.
  var outputCount: Int { projection.shape[0] * hidden.count }

  fileprivate func mapped(_ convert: (Tensor) -> Tensor) -> RecurrentSequence {
    RecurrentSequence(
      cell: cell, isReversed: isReversed, projection: convert(projection),
      weight: convert(weight), bias: bias.map(convert), hidden: convert(hidden),
      memory: memory.map(convert), outputWeight: outputWeight.map(convert), lengths: lengths,
      norms: norms?.mapped(convert))
  }

  fileprivate func withRecurrence<R>(_ body: (UnsafePointer<tk_recurrence>) -> R) -> R {
    let (steps, batch) = extents
    let kind: tk_cell =
      switch cell {
      case .tanh: TK_CELL_TANH
      case .relu: TK_CELL_RELU
      case .gru: TK_CELL_GRU
      case .lstm: norms == nil ? TK_CELL_LSTM : TK_CELL_NORMALIZED_LSTM
      }
    var recurrence = tk_recurrence(
      cell: kind, is_reversed: isReversed ? 1 : 0, steps: steps, batch: batch,
      size: weight.shape[0] / cell.gateCount, outputs: hidden.shape[1],
      lengths: lengths?.storage.pointer.assumingMemoryBound(to: Int32.self),
      weight: weight.pointer, bias: bias?.pointer, output_weight: outputWeight?.pointer,
      hidden: hidden.pointer, memory: memory?.pointer, product_scale: norms?.productScale.pointer,
      memory_scale: norms?.memoryScale.pointer, memory_shift: norms?.memoryShift.pointer,
      product_epsilon: norms?.epsilon.product ?? 0, memory_epsilon: norms?.epsilon.memory ?? 0)
    return body(&recurrence)
  }
}

extension RecurrentGradient {
  fileprivate func mapped(_ convert: (Tensor) -> Tensor) -> RecurrentGradient {
    RecurrentGradient(
      projection: convert(projection), weight: weight.map(convert), bias: bias.map(convert),
      hidden: convert(hidden), memory: memory.map(convert),
      outputWeight: outputWeight.map(convert), norms: norms?.mapped(convert))
  }
}
