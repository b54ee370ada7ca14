import TandemTensors

/// What a unit makes of its total input, with its derivative in terms of the output.
public enum UnitActivation: String, CaseIterable, Sendable {
  /// `y = σ(x) = 1 / (1 + e^-x)`, `f' = y (1 − y)`.
  case logistic
  /// `y = tanh x`, `f' = 1 − y²`.
  case tanh
  /// `y = max(0, x)`, `f' = 1` where x is above zero, else 0.
  case relu
  /// `y = x`, `f' = 1`.
  case identity

  /// The activation of every element.
  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .logistic: x.sigmoid()
    case .tanh: x.tanh()
    case .relu: x.relu()
    // A node of its own, so that ∂E/∂x and ∂E/∂y can both be asked for.
    case .identity: x.scaled(by: 1)
    }
  }

  /// `f(x)` as it is written.
  func formula(_ x: Quantity) -> Expression {
    switch self {
    case .logistic: .function(.logistic, .quantity(x))
    case .tanh: .function(.tanh, .quantity(x))
    case .relu: .function(.relu, .quantity(x))
    case .identity: .quantity(x)
    }
  }

  /// The factors of f' as they are written.
  func derivative(x: Quantity, y: Quantity) -> [Expression] {
    switch self {
    case .logistic: [.quantity(y), .difference(.constant(1), .quantity(y))]
    case .tanh: [.difference(.constant(1), .squared(.quantity(y)))]
    case .relu: [.function(.step, .quantity(x))]
    case .identity: [.constant(1)]
    }
  }

  /// The function and its derivative, as markup.
  var rule: String {
    switch self {
    case .logistic: "σ(x) = 1 / (1 + e^{−x}),  σ′ = y (1 − y)"
    case .tanh: "tanh(x),  tanh′ = 1 − y^{2}"
    case .relu: "relu(x) = max(0, x),  relu′ = step(x)"
    case .identity: "f(x) = x,  f′ = 1"
    }
  }
}
