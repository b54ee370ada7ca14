/// A dense, row-major array of numbers that knows how it was computed.
///
/// A value type: copies are independent and cheap, the elements are shared until one copy is
/// updated in place. Images are NHWC, `[batch, height, width, channels]`. While it is being
/// differentiated a tensor also carries a node of the graph of operations that led to it.
public struct Tensor: Sendable {
  /// The extents, outermost first.
  public let shape: Shape
  /// The type of the elements.
  public let dtype: DType
  /// The elements; absent in the placeholder of an input whose gradient needs only its shape.
  private var contents: Storage?
  /// Where the tensor stands in the graph, while it is being differentiated.
  package var node: Node?

  /// A tensor over filled storage.
  package init(shape: Shape, dtype: DType, storage: Storage, node: Node? = nil) {
    self.shape = shape
    self.dtype = dtype
    self.contents = storage
    self.node = node
  }

  /// A tensor with undefined elements, to be filled by a kernel.
  package init(uninitialized shape: Shape, _ dtype: DType) {
    self.init(
      shape: shape, dtype: dtype, storage: Storage(byteCount: shape.elementCount * dtype.byteCount))
  }

  /// The elements' memory.
  package var storage: Storage {
    guard let contents else {
      fatalError("the gradient of an operation reads a tensor that it did not keep")
    }
    return contents
  }

  /// This tensor without its elements: shape, type and place in the graph.
  package var placeholder: Tensor {
    var copy = self
    copy.contents = nil
    return copy
  }

  /// This tensor cut off from the graph: a constant to whatever is computed from it.
  public var detached: Tensor {
    var copy = self
    copy.node = nil
    return copy
  }

  /// Whether gradients flow through this tensor.
  public var isTracked: Bool { node != nil }

  /// The number of axes.
  public var rank: Int { shape.rank }

  /// The number of elements.
  public var count: Int { shape.elementCount }

  /// The implementation that computes with this tensor.
  package var backend: any Backend { dtype.backend }

  /// Lets `body` rewrite the elements; copies them first where another tensor shares them.
  package mutating func withUniqueStorage<R>(
    _ body: (UnsafeMutableRawPointer) throws -> R
  ) rethrows -> R {
    node = nil
    if !isKnownUniquelyReferenced(&contents) {
      let shared = storage
      // A tensor of the first rows of another shares memory that is longer than its own.
      let copy = Storage(byteCount: count * dtype.byteCount)
      copy.pointer.copyMemory(from: shared.pointer, byteCount: copy.byteCount)
      contents = copy
    }
    return try body(storage.pointer)
  }

  /// A key that is equal for tensors that share their elements.
  package var identity: ObjectIdentifier { ObjectIdentifier(storage) }
}
