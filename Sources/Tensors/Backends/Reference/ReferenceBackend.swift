/// The definition of every kernel in plain Swift and float64, written to be read.
///
/// It proves gradients and is the oracle of the fast backend; nothing here is written for speed.
/// It has no fused kernels: those operations are computed by their definitions in primitives.
public struct ReferenceBackend: Backend {
  /// The only instance needed.
  public static let shared = ReferenceBackend()

  public var name: String { "reference" }
  public var fused: (any FusedKernels)? { nil }

  /// A float64 tensor whose element at each index of `shape`, in row-major order, is `element`'s.
  func tensor(_ shape: Shape, _ element: (_ index: [Int]) -> Double) -> Tensor {
    var values: [Double] = []
    values.reserveCapacity(shape.elementCount)
    forEachIndex(of: shape) { values.append(element($0)) }
    return Tensor(values, shape, .float64)
  }

  public func convert(_ x: Tensor, to dtype: DType) -> Tensor { Tensor(x.values, x.shape, dtype) }
}

/// Calls `body` with every index of `shape` in row-major order.
func forEachIndex(of shape: Shape, _ body: ([Int]) -> Void) {
  guard shape.elementCount > 0 else { return }
  var index = [Int](repeating: 0, count: shape.rank)
  while true {
    body(index)
    var axis = shape.rank - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < shape[axis] { break }
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

/// The elements of a tensor as float64, read by index.
struct ElementReader {
  let values: [Double]
  let shape: Shape
  private let strides: [Int]

  init(_ tensor: Tensor) {
    values = tensor.values
    shape = tensor.shape
    strides = tensor.shape.strides
  }

  /// The position of `index` in row-major order.
  func offset(_ index: [Int]) -> Int {
    var offset = 0
    for axis in strides.indices { offset += index[axis] * strides[axis] }
    return offset
  }

  /// The element at `index`.
  subscript(index: [Int]) -> Double { values[offset(index)] }

  /// The element that broadcasting puts at `index` of a larger shape.
  subscript(broadcast index: [Int]) -> Double {
    let added = index.count - strides.count
    var offset = 0
    for axis in strides.indices where shape[axis] > 1 {
      offset += index[axis + added] * strides[axis]
    }
    return values[offset]
  }

  /// The pixel of an NHWC image, zero outside of it.
  func pixel(_ n: Int, _ y: Int, _ x: Int, _ channel: Int) -> Double {
    guard y >= 0, y < shape[1], x >= 0, x < shape[2] else { return 0 }
    return values[((n * shape[1] + y) * shape[2] + x) * shape[3] + channel]
  }
}
