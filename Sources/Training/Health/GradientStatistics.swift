import TandemLayers
import TandemTensors

/// The sizes of a model's gradients: one reading of each.
public struct GradientStatistics: Sendable {
  /// The parameters' names, in the order of the walk.
  public let names: [String]
  /// The Euclidean norm of each parameter's gradient, summed in float64.
  public let norms: [Double]
  /// The norm of all gradients together.
  public let globalNorm: Double
  private let gradients: [Tensor]

  /// Measures gradients given in the order of the walk.
  public init(_ gradients: [Tensor], of model: some Layer) {
    self.init(gradients, names: model.parameterNames)
  }

  init(_ gradients: [Tensor], names: [String]) {
    require(
      gradients.count == names.count, "\(gradients.count) gradients for \(names.count) parameters")
    self.gradients = gradients
    self.names = names
    let squares = gradients.map(\.sumOfSquares)
    norms = squares.map { $0.squareRoot() }
    globalNorm = squares.reduce(0, +).squareRoot()
  }

  /// The name of the first parameter whose gradient has an element that is not finite.
  public var firstNonFinite: String? {
    if globalNorm.isFinite { return nil }
    return gradients.firstIndex { $0.firstNonFinite != nil }.map { names[$0] }
  }

  /// Throws a `NonFiniteError` that names the first gradient that is not finite.
  ///
  /// Float64 gradients so large that the sum of their squares overflows count as infinite.
  public func check() throws(NonFiniteError) {
    if globalNorm.isFinite { return }
    for (name, gradient) in zip(names, gradients) {
      if let value = gradient.firstNonFinite { throw NonFiniteError(.gradient, name, value) }
    }
    throw NonFiniteError(.gradient, "all parameters together", globalNorm)
  }
}

extension Tensor {
  /// The sum of squares of all elements, added up in float64.
  package var sumOfSquares: Double {
    if let kernels = dtype.backend.fused { return kernels.sumOfSquares(detached) }
    return detached.converted(to: .float64).squared().sum().scalar
  }

  /// The first element that is not finite.
  package var firstNonFinite: Double? { values.first { !$0.isFinite } }
}
