/// A recurrent cell: how a step turns the state before it into the state after it.
///
/// The cells read a projection p_t of the step's input, which holds its product with the input
/// weights and the input bias: for all steps together that is one matrix product. With the
/// previous output h, the recurrent weights W and, for `gru`, the recurrent bias b:
///
///     tanh, relu   h' = f(p + h W^T)
///     gru          r, z = sigmoid(p + h W^T + b) of their parts
///                  n    = tanh(p_n + r (h W_n^T + b_n))
///                  h'   = (1 - z) n + z h
///     lstm         i, f, o = sigmoid(p + h W^T),  g = tanh(p + h W^T) of their parts
///                  c' = f c + i g,   h' = o tanh(c')
///
/// With norms the LSTM reads `LN(h W^T)` in place of the product and `LN(c')` in place of the memory
/// in the last formula (Ba, Kiros and Hinton 2016); the memory that is carried on is c' itself.
/// With an output weight V it gives `h' = (o tanh(c')) V^T` (Sak, Senior and Beaufays 2014).
///
/// The parts stand one after the other in the last axis of p and the rows of W, in PyTorch's
/// order: r, z, n and i, f, g, o.
///
/// Sources: Elman 1990; Hochreiter and Schmidhuber 1997 with the forget gate of Gers, Schmidhuber
/// and Cummins 2000; Cho et al. 2014, with the reset gate behind the product, as in cuDNN.
public enum RecurrentCell: String, Sendable, Hashable, CaseIterable, Codable {
  case tanh, relu, gru, lstm

  /// Parts of the projection, each of the hidden size.
  public var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .gru: 3
    case .lstm: 4
    }
  }

  /// Whether a second vector, the memory c, is carried beside the output.
  public var hasMemory: Bool { self == .lstm }

  /// Whether the product with the recurrent weights has a bias that cannot be part of the
  /// projection.
  public var hasRecurrentBias: Bool { self == .gru }

  /// One plain step in primitives: the definition of the fused sequence.
  ///
  /// - Parameters:
  ///   - projection: `[batch, gates * size]`.
  ///   - hidden: The output of the step before, `[batch, outputs]`.
  ///   - memory: The memory of the step before, where the cell has one.
  ///   - weight: `[gates * size, outputs]`.
  ///   - bias: `[gates * size]`, where the cell has one.
  ///   - norms: Of an LSTM that is normalised.
  ///   - outputWeight: `[outputs, size]`, of an LSTM whose output is projected; of the other cells
  ///     the outputs are as many as the size.
  public func step(
    _ projection: Tensor, hidden: Tensor, memory: Tensor?, weight: Tensor, bias: Tensor?,
    norms: RecurrentNorms? = nil, outputWeight: Tensor? = nil
  ) -> (hidden: Tensor, memory: Tensor?) {
    let size = projection.shape[1] / gateCount
    func part(_ x: Tensor, _ index: Int) -> Tensor {
      x.slice(axis: 1, (index * size)..<((index + 1) * size))
    }
    let product = hidden.linear(weight, bias: bias)
    switch self {
    case .tanh: return ((projection + product).tanh(), nil)
    case .relu: return ((projection + product).relu(), nil)
    case .gru:
      let reset = (part(projection, 0) + part(product, 0)).sigmoid()
      let update = (part(projection, 1) + part(product, 1)).sigmoid()
      let candidate = (part(projection, 2) + reset * part(product, 2)).tanh()
      return (candidate + update * (hidden - candidate), nil)
    case .lstm:
      guard let memory else { fatalError("an LSTM's step needs the memory before it") }
      let gates = projection + (norms.map { $0.normalized(product: product) } ?? product)
      let (input, forget) = (part(gates, 0).sigmoid(), part(gates, 1).sigmoid())
      let (candidate, output) = (part(gates, 2).tanh(), part(gates, 3).sigmoid())
      let next = forget * memory + input * candidate
      let shown = output * (norms.map { $0.normalized(memory: next) } ?? next).tanh()
      return (outputWeight.map { shown.linear($0) } ?? shown, next)
    }
  }
}

extension RecurrentNorms {
  fileprivate func normalized(product: Tensor) -> Tensor {
    let shift = Tensor(zeros: productScale.shape, productScale.dtype)
    return product.layerNorm(scale: productScale, shift: shift, epsilon: epsilon.product)
  }

  fileprivate func normalized(memory: Tensor) -> Tensor {
    memory.layerNorm(scale: memoryScale, shift: memoryShift, epsilon: epsilon.memory)
  }
}
