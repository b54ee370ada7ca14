/// The reference backend with its work counted.
struct CountingBackend: Backend {
  let counter: OperationCounter
  private let reference = ReferenceBackend.shared

  init(_ counter: OperationCounter) { self.counter = counter }

  var name: String { reference.name }
  var fused: (any FusedKernels)? { nil }

  /// Counts a kernel that computes products, or nothing but moves elements.
  private func counted(
    multiplications: Int = 0, functions: Int = 0, _ result: Tensor
  ) -> Tensor {
    counter.add(multiplications: multiplications, functions: functions)
    return result
  }

  func unary(_ f: UnaryFunction, _ x: Tensor) -> Tensor {
    let cost = f.cost(x)
    return counted(
      multiplications: cost.multiplications, functions: cost.functions, reference.unary(f, x))
  }

  func binary(_ f: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
    let result = reference.binary(f, a, b)
    switch f {
    case .multiply, .divide: return counted(multiplications: result.count, result)
    case .power: return counted(functions: result.count, result)
    default: return counted(result)
    }
  }

  func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool) -> Tensor {
    let result = reference.matmul(a, b, transposeA: transposeA, transposeB: transposeB)
    let depth = a.shape[transposeA ? a.rank - 2 : a.rank - 1]
    return counted(multiplications: result.count * depth, result)
  }

  func linearScan(_ a: Tensor, _ b: Tensor, initial: Tensor, isReversed: Bool) -> Tensor {
    counted(
      multiplications: a.count,
      reference.linearScan(a, b, initial: initial, isReversed: isReversed))
  }

  // MARK: Convolution and pooling

  func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    counted(multiplications: geometry.terms, reference.convolution(x, weight, geometry))
  }

  func convolutionTranspose(
    _ y: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    counted(multiplications: geometry.terms, reference.convolutionTranspose(y, weight, geometry))
  }

  func convolutionWeightGradient(
    _ x: Tensor, _ y: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    counted(
      multiplications: geometry.terms, reference.convolutionWeightGradient(x, y, geometry))
  }

  func maxPoolIndices(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    counted(reference.maxPoolIndices(x, geometry))
  }

  func averagePool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let result = reference.averagePool(x, geometry)
    return counted(multiplications: result.count, result)
  }

  func averagePoolTranspose(_ y: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    counted(multiplications: y.count, reference.averagePoolTranspose(y, geometry))
  }

  func resample(
    _ x: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor {
    let result = reference.resample(x, to: size, interpolation)
    return counted(multiplications: interpolation.factors * result.count, result)
  }

  func resampleTranspose(
    _ y: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor {
    counted(
      multiplications: interpolation.factors * y.count,
      reference.resampleTranspose(y, to: size, interpolation))
  }

  // MARK: Sums and movement, which multiply nothing

  func convert(_ x: Tensor, to dtype: DType) -> Tensor { counted(reference.convert(x, to: dtype)) }

  func reduce(_ reduction: Reduction, _ x: Tensor, axes: [Int]) -> Tensor {
    counted(reference.reduce(reduction, x, axes: axes))
  }

  func argmax(_ x: Tensor, axis: Int) -> Tensor { counted(reference.argmax(x, axis: axis)) }

  func transpose(_ x: Tensor, permutation: [Int]) -> Tensor {
    counted(reference.transpose(x, permutation: permutation))
  }

  func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
    counted(reference.broadcast(x, to: shape))
  }

  func slice(_ x: Tensor, starts: [Int], sizes: [Int], steps: [Int]) -> Tensor {
    counted(reference.slice(x, starts: starts, sizes: sizes, steps: steps))
  }

  func addSlice(_ x: Tensor, to total: inout Tensor, starts: [Int], steps: [Int]) {
    counter.add()
    reference.addSlice(x, to: &total, starts: starts, steps: steps)
  }

  func pad(_ x: Tensor, low: [Int], high: [Int], interior: [Int], value: Double) -> Tensor {
    counted(reference.pad(x, low: low, high: high, interior: interior, value: value))
  }

  func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    counted(reference.concatenate(tensors, axis: axis))
  }

  func gather(_ x: Tensor, indices: Tensor, axis: Int) -> Tensor {
    counted(reference.gather(x, indices: indices, axis: axis))
  }

  func scatterAdd(_ x: Tensor, indices: Tensor, axis: Int, count: Int) -> Tensor {
    counted(reference.scatterAdd(x, indices: indices, axis: axis, count: count))
  }
}

extension ConvolutionGeometry {
  /// Products of a pixel and a weight: those with the border of zeros are not computed.
  fileprivate var terms: Int {
    var count = 0
    forEachTerm { _, _, _ in count += 1 }
    return count
  }
}

extension Interpolation {
  /// Products for each pixel of the larger or smaller image: four neighbours, two weights each.
  fileprivate var factors: Int { self == .nearest ? 2 : 8 }
}

extension UnaryFunction {
  /// What the function's definition computes for all elements.
  fileprivate func cost(_ x: Tensor) -> (multiplications: Int, functions: Int) {
    switch self {
    case .affine(let scale, _): (abs(scale) == 1 ? 0 : x.count, 0)
    case .square: (x.count, 0)
    case .leakyReLU: (x.values.count { $0 <= 0 }, 0)
    case .clamp, .absolute, .sign, .step, .relu: (0, 0)
    case .power(-1): (x.count, 0)
    case .power, .exp, .log, .sqrt, .sin, .cos, .erf, .tanh, .softplus: (0, x.count)
    case .rsqrt, .sigmoid, .silu: (x.count, x.count)
    case .gelu: (3 * x.count, x.count)
    }
  }
}
