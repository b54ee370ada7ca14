/// A parameter that all steps share: its value, its gradient and what a step makes of it.
struct Parameter {
  let value: Quantity
  let gradient: Quantity
  let after: Quantity

  init(_ trace: Trace, _ name: String, _ index: Int, _ id: String, _ symbol: String, rate: Double) {
    value = Quantity(id, symbol, trace[name].values[index])
    gradient = Quantity("d\(id)", "∂E/∂\(symbol)", trace.gradient(name).values[index])
    after = Quantity(
      "\(id).after", "\(symbol)′", trace.updated(name, learningRate: rate).values[index])
  }

  /// `w′ = w − η ∂E/∂w`.
  func step(_ rate: Quantity) -> Explanation.Formula {
    .init(after, .difference(.quantity(value), .product([.quantity(rate), .quantity(gradient)])))
  }

  var cells: [Explanation.Table.Cell] {
    [.text(value.symbol), .number(value), .number(gradient), .number(after)]
  }

  var rows: [Figure.Row] {
    [
      .init(value.symbol, value, .parameter), .init("∂E/∂\(value.symbol)", gradient, .backward),
      .init("\(value.symbol)′", after, .parameter),
    ]
  }
}

extension Expression {
  /// The product of two numbers.
  static func product(_ a: Quantity, _ b: Quantity) -> Expression {
    .product([.quantity(a), .quantity(b)])
  }

  /// `½ (a − b)²`.
  static func halfSquare(_ a: Quantity, _ b: Quantity) -> Expression {
    .product([.constant(0.5), .squared(.difference(.quantity(a), .quantity(b)))])
  }

  /// `1 − y²`.
  static func tanhSlope(_ y: Quantity) -> Expression {
    .difference(.constant(1), .squared(.quantity(y)))
  }
}

extension Trace {
  /// An element of the tensor of that name.
  func value(_ name: String, _ id: String, _ symbol: String, at index: Int = 0) -> Quantity {
    Quantity(id, symbol, self[name].values[index])
  }

  /// An element of the error's gradient with respect to that tensor.
  func slope(_ name: String, _ id: String, _ symbol: String, at index: Int = 0) -> Quantity {
    Quantity(id, symbol, gradient(name).values[index])
  }
}
