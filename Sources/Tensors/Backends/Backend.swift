/// The seam through which all arithmetic passes: every kernel that an implementation must have.
///
/// Arguments are checked before they come here (shapes fit, types agree), and arguments and
/// results are untracked: differentiation lives above this line. Nothing outside a backend
/// touches a tensor's memory, so one on another device can follow.
///
/// The list is closed under differentiation: the gradient of each kernel is written in others of
/// the list, which is why gradients of gradients need nothing more. Kernels that only save time
/// are in `FusedKernels`.
public protocol Backend: Sendable {
  /// A short name for messages.
  var name: String { get }
  /// The kernels that do several steps in one pass, where this backend has them.
  var fused: (any FusedKernels)? { get }

  // MARK: Element-wise

  /// `f(x)` for every element.
  func unary(_ f: UnaryFunction, _ x: Tensor) -> Tensor
  /// `f(a, b)` for every element of the shape that both broadcast to.
  func binary(_ f: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor
  /// `x` with another element type; floats become int32 by truncation.
  func convert(_ x: Tensor, to dtype: DType) -> Tensor

  // MARK: Reductions; the reduced axes stay, with extent 1

  /// The sum or the maximum over `axes`.
  func reduce(_ reduction: Reduction, _ x: Tensor, axes: [Int]) -> Tensor
  /// Position (int32) of the first maximum along `axis`, which stays with extent 1.
  func argmax(_ x: Tensor, axis: Int) -> Tensor

  // MARK: Matrix product

  /// `a b` on the last two axes: `[..., m, k] x [..., k, n]`, each operand stored as it is or
  /// transposed; the leading axes are the same in both, or absent in one (rank 2).
  func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool) -> Tensor

  // MARK: Movement

  /// Axis `i` of the result is axis `permutation[i]` of `x`.
  func transpose(_ x: Tensor, permutation: [Int]) -> Tensor
  /// `x` repeated along axes of extent 1 (or absent in front) to fill `shape`.
  func broadcast(_ x: Tensor, to shape: Shape) -> Tensor
  /// Along each axis, `sizes` elements from `starts` on, `steps` apart.
  func slice(_ x: Tensor, starts: [Int], sizes: [Int], steps: [Int]) -> Tensor
  /// Adds `x` in place to the elements of `total` that `slice` with these starts and steps takes.
  func addSlice(_ x: Tensor, to total: inout Tensor, starts: [Int], steps: [Int])
  /// `x` with `value` around it: `low` in front, `high` behind, `interior` between neighbours.
  func pad(_ x: Tensor, low: [Int], high: [Int], interior: [Int], value: Double) -> Tensor
  /// The tensors one after the other along `axis`.
  func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor
  /// Slices of `x` along `axis` at int32 `indices` of any shape, whose axes take its place.
  func gather(_ x: Tensor, indices: Tensor, axis: Int) -> Tensor
  /// The transpose of `gather`: adds slices of `x` into a zero tensor with `count` along `axis`.
  func scatterAdd(_ x: Tensor, indices: Tensor, axis: Int, count: Int) -> Tensor

  // MARK: Recurrences

  /// `h_t = a_t h_(t-1) + b_t` along the first axis, element by element, beginning with `initial`
  /// before step 0; or, reversed, `h_t = a_t h_(t+1) + b_t` from `initial` behind the last step.
  func linearScan(_ a: Tensor, _ b: Tensor, initial: Tensor, isReversed: Bool) -> Tensor

  // MARK: Convolution: each is the derivative of the other two

  /// `y[n,p,q,o] = sum x[n, p s + i d - pad, q s + j d - pad, c] w[o,c,i,j]`.
  func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor
  /// The gradient of `sum(y * convolution(x, w))` with respect to `x`.
  func convolutionTranspose(_ y: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor
  /// The gradient of `sum(y * convolution(x, w))` with respect to `w`.
  func convolutionWeightGradient(_ x: Tensor, _ y: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor

  // MARK: Pooling and resampling of NHWC images

  /// Flat position (int32) in `x` of the first maximum of every window.
  func maxPoolIndices(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor
  /// The mean of every window.
  func averagePool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor
  /// The transpose of `averagePool`: spreads each value over its window.
  func averagePoolTranspose(_ y: Tensor, _ geometry: PoolingGeometry) -> Tensor
  /// `x` at another height and width.
  func resample(_ x: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation)
    -> Tensor
  /// The transpose of `resample`, back to `size`.
  func resampleTranspose(
    _ y: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor
}
