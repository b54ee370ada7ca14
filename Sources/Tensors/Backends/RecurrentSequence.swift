/// A recurrent cell over a whole sequence, with its arguments.
public struct RecurrentSequence: Sendable {
  public let cell: RecurrentCell
  /// Whether the last step comes first.
  public let isReversed: Bool
  /// `[T, B, gates * H]`.
  public let projection: Tensor
  /// `[gates * H, P]`; P, the length of the outputs, is H where they are not projected.
  public let weight: Tensor
  /// `[gates * H]`, where the cell has one.
  public let bias: Tensor?
  /// The first output, `[B, P]`.
  public let hidden: Tensor
  /// The first memory, `[B, H]`, where the cell has one.
  public let memory: Tensor?
  /// `[P, H]`, of an LSTM whose output is projected.
  public let outputWeight: Tensor?
  /// Steps of each sequence, int32 `[B]`; all T if absent.
  public let lengths: Tensor?
  /// Of an LSTM whose product and memory are normalised.
  public let norms: RecurrentNorms?
}

/// The layer norms within the steps of an LSTM: of the product with the output before, whose shift
/// is part of the projection, and of the memory on its way out.
public struct RecurrentNorms: Sendable {
  /// `[4 H]`.
  public let productScale: Tensor
  /// `[H]`.
  public let memoryScale: Tensor
  /// `[H]`.
  public let memoryShift: Tensor
  /// Added to the variances.
  public let epsilon: Epsilon

  /// What is added to the variances of the product and of the memory.
  public struct Epsilon: Sendable, Hashable {
    public let product: Double
    public let memory: Double

    /// The given two.
    public init(product: Double, memory: Double) {
      self.product = product
      self.memory = memory
    }
  }

  /// Norms of the given parameters.
  public init(
    productScale: Tensor, memoryScale: Tensor, memoryShift: Tensor, epsilon: Epsilon
  ) {
    self.productScale = productScale
    self.memoryScale = memoryScale
    self.memoryShift = memoryShift
    self.epsilon = epsilon
  }

  /// The parameters in the order of `Recurrent`'s arguments.
  var tensors: [Tensor] { [productScale, memoryScale, memoryShift] }

  /// The same norms with the parameters mapped.
  func mapped(_ convert: (Tensor) -> Tensor) -> RecurrentNorms {
    RecurrentNorms(
      productScale: convert(productScale), memoryScale: convert(memoryScale),
      memoryShift: convert(memoryShift), epsilon: epsilon)
  }
}

/// The gradients of a recurrent sequence with respect to its arguments.
public struct RecurrentGradient: Sendable {
  public let projection: Tensor
  public let weight: Tensor?
  public let bias: Tensor?
  public let hidden: Tensor
  public let memory: Tensor?
  public let outputWeight: Tensor?
  /// Those of the norms' parameters.
  public let norms: RecurrentNorms?
}
