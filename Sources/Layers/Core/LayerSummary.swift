import TandemTensors

/// What a layer is and does, for a table of a network's layers.
public struct LayerSummary: Sendable {
  /// A tensor of the layer.
  public struct StoredTensor: Sendable, Hashable {
    /// Its name within the layer.
    public let name: String
    /// Its extents.
    public let shape: Shape
    /// Whether it is trained.
    public let role: TensorRole
    /// The shape of its gradient, as a backward pass has found it; nil for a buffer.
    public let gradient: Shape?
  }

  /// The layer in a few words.
  public let text: String
  /// The shape of the input.
  public let input: Shape
  /// The shape of the output.
  public let output: Shape
  /// The element type of the output.
  public let outputType: DType
  /// The shape of the gradient with respect to the input, as a backward pass has found it; nil
  /// for an input of indices.
  public let inputGradient: Shape?
  /// Floating-point operations of one forward pass; see `Layer.operations(input:)`.
  public let operations: Int
  /// The tensors of the layer and of all layers within.
  public let tensors: [StoredTensor]
  /// The layers it consists of, in the order of their use, under their names.
  public let parts: [(name: String, summary: LayerSummary)]

  /// The number of trained numbers.
  public var parameterCount: Int {
    tensors.filter { $0.role == .parameter }.reduce(0) { $0 + $1.shape.elementCount }
  }
}

extension Layer {
  /// The type's name; layers with parameters of their own say more.
  public var description: String { String(describing: Self.self) }

  public func operations(input: Shape) -> Int { 0 }

  public func summary(_ x: Tensor) -> LayerSummary { summaryOfWhole(x) }

  /// What the layer does to inputs of the given shape, in the element type of its parameters.
  public func summary(input: Shape) -> LayerSummary { summary(example(input: input)) }

  /// A batch of zeros that the layer can read.
  func example(input: Shape) -> Tensor {
    Tensor(zeros: input, takesIndices ? .int32 : parameters.first?.dtype ?? .float32)
  }

  /// The summary by one pass forward and backward through the whole layer.
  ///
  /// - Parameter parts: The layers within, summarised; their operations add up to the layer's.
  public func summaryOfWhole(
    _ x: Tensor, parts: [(name: String, summary: LayerSummary)] = []
  ) -> LayerSummary {
    let tracked = Tracked(self)
    let input = x.dtype.isFloatingPoint ? x.tracked : x
    let output = tracked.model(input)
    var gradients = output.gradients(
      of: (input.isTracked ? [input] : []) + tracked.parameters)[...]
    let inputGradient = input.isTracked ? gradients.removeFirst().shape : nil
    return LayerSummary(
      text: description, input: x.shape, output: output.shape, outputType: output.dtype,
      inputGradient: inputGradient,
      operations: parts.isEmpty
        ? operations(input: x.shape) : parts.reduce(0) { $0 + $1.summary.operations },
      tensors: state.map { name, tensor, role in
        LayerSummary.StoredTensor(
          name: name, shape: tensor.shape, role: role,
          gradient: role == .parameter ? gradients.removeFirst().shape : nil)
      }, parts: parts)
  }
}
