import TandemLayers
import TandemTensors

/// A number of the training that is infinite or not a number: going on would only spread it.
public struct NonFiniteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the number is.
  public enum Quantity: String, Sendable, Codable {
    /// A loss, an element of a gradient or of a parameter, or another metric.
    case loss, gradient, parameter, metric
  }

  /// What the number is.
  public let quantity: Quantity
  /// The loss's, metric's or parameter's name.
  public let name: String
  /// The first value that is not finite.
  public let value: Double
  /// The training step, once it is known.
  public var step: Int?
  /// The phase of the step, such as "discriminator", once it is known.
  public var phase: String?

  /// An error that does not yet say where in the training.
  public init(_ quantity: Quantity, _ name: String, _ value: Double) {
    self.quantity = quantity
    self.name = name
    self.value = value
  }

  /// This error with the place in the training where it came up.
  public func at(step: Int, phase: String? = nil) -> NonFiniteError {
    var error = self
    error.step = step
    error.phase = phase ?? self.phase
    return error
  }

  public var description: String {
    let place = [step.map { "step \($0)" }, phase.map { "phase \($0)" }].compactMap { $0 }
    // A NaN's sign, which Swift would print, means nothing.
    let value = value.isNaN ? "NaN" : "\(value)"
    let subject =
      switch quantity {
      case .loss, .metric: "the \(quantity) '\(name)' is \(value)"
      case .gradient: "the gradient of '\(name)' holds \(value)"
      case .parameter: "the parameter '\(name)' holds \(value)"
      }
    return (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + subject
  }
}

extension NonFiniteError {
  /// Throws unless the value of a loss or metric is finite.
  public static func check(
    _ quantity: Quantity, _ name: String, _ value: Double
  ) throws(NonFiniteError) {
    if !value.isFinite { throw NonFiniteError(quantity, name, value) }
  }

  /// Throws if a parameter or running statistic of `model` has an element that is not finite,
  /// naming the first; for use before a checkpoint is called good.
  public static func check(_ model: some Layer) throws(NonFiniteError) {
    for (name, tensor, _) in model.state where tensor.dtype.isFloatingPoint {
      if !tensor.sumOfSquares.isFinite, let value = tensor.firstNonFinite {
        throw NonFiniteError(.parameter, name, value)
      }
    }
  }
}
