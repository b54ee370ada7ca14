import Foundation

/// The right side of a formula: numbers of the page and what is done with them.
///
/// One tree gives the formula in symbols, the formula with the numbers put in and, for the tests,
/// its value: what stands on the page is what was computed.
public indirect enum Expression: Sendable {
  case quantity(Quantity)
  /// A number that belongs to the formula itself, such as 1/2.
  case constant(Double)
  case sum([Expression])
  case difference(Expression, Expression)
  case product([Expression])
  case quotient(Expression, Expression)
  case squared(Expression)
  case negative(Expression)
  case function(Function, Expression)
  /// The greatest of several.
  case maximum([Expression])

  /// A function of one variable.
  public enum Function: String, Sendable {
    case logistic = "σ"
    case tanh
    case relu
    case logarithm = "ln"
    /// 1 where the argument is above zero, else 0.
    case step

    func value(_ x: Double) -> Double {
      switch self {
      case .logistic: 1 / (1 + exp(-x))
      case .tanh: Foundation.tanh(x)
      case .relu: max(0, x)
      case .logarithm: log(x)
      case .step: x > 0 ? 1 : 0
      }
    }
  }

  /// The expression's value.
  package var value: Double {
    switch self {
    case .quantity(let quantity): quantity.value
    case .constant(let value): value
    case .sum(let terms): terms.reduce(0) { $0 + $1.value }
    case .difference(let a, let b): a.value - b.value
    case .product(let factors): factors.reduce(1) { $0 * $1.value }
    case .quotient(let a, let b): a.value / b.value
    case .squared(let a): a.value * a.value
    case .negative(let a): -a.value
    case .function(let function, let a): function.value(a.value)
    case .maximum(let all): all.map(\.value).max() ?? .nan
    }
  }
}

extension Expression {
  /// A part of a written formula.
  public enum Token: Sendable {
    /// Signs between numbers, or a symbol as markup.
    case text(String)
    /// A number to be written in full.
    case number(Quantity)
  }

  /// The formula in symbols, as markup.
  public var symbols: String {
    tokens(numbers: false).map {
      switch $0 {
      case .text(let text): text
      case .number(let quantity): quantity.symbol
      }
    }.joined()
  }

  /// The formula with the numbers put in.
  public var numbers: [Token] { tokens(numbers: true) }

  private enum Rank: Int, Comparable {
    case sum, product, atom
    static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  private var rank: Rank {
    switch self {
    case .sum(let terms): terms.count == 1 ? terms[0].rank : .sum
    case .difference: .sum
    case .product(let factors): factors.count == 1 ? factors[0].rank : .product
    case .quotient, .negative: .product
    case .quantity, .constant, .squared, .function, .maximum: .atom
    }
  }

  /// - Parameter leads: Whether a minus sign may come first, since no other sign stands before it.
  private func tokens(numbers: Bool, leads: Bool = true) -> [Token] {
    /// A part that may need parentheses: looser than `rank`, or a negative number behind a sign.
    func part(_ expression: Expression, _ rank: Rank, isFirst: Bool = false) -> [Token] {
      var isNegative = false
      if numbers, !isFirst, case .quantity(let quantity) = expression {
        isNegative = quantity.value < 0
      }
      let tokens = expression.tokens(
        numbers: numbers, leads: isFirst || expression.rank < rank || isNegative)
      return expression.rank < rank || isNegative
        ? [.text("(")] + tokens + [.text(")")] : tokens
    }
    func joined(_ parts: [Expression], _ sign: String, _ rank: Rank) -> [Token] {
      parts.enumerated().flatMap { index, expression in
        (index == 0 ? [] : [.text(sign)]) + part(expression, rank, isFirst: index == 0 && leads)
      }
    }
    switch self {
    case .quantity(let quantity): return numbers ? [.number(quantity)] : [.text(quantity.symbol)]
    case .constant(let value): return [.text(value == 0.5 ? "½" : Quantity.text(value, digits: 9))]
    case .sum(let terms): return joined(terms, " + ", .sum)
    case .difference(let a, let b):
      return part(a, .sum, isFirst: leads) + [.text(" − ")] + part(b, .product)
    case .product(let factors): return joined(factors, " · ", .product)
    case .quotient(let a, let b):
      return part(a, .product, isFirst: leads) + [.text(" / ")] + part(b, .atom)
    case .squared(let a): return part(a, .atom) + [.text("^{2}")]
    case .negative(let a): return [.text("−")] + part(a, .product)
    case .function(let function, let a):
      return [.text(function.rawValue + "(")] + a.tokens(numbers: numbers) + [.text(")")]
    case .maximum(let all):
      return [.text("max(")]
        + all.enumerated().flatMap { index, expression in
          (index == 0 ? [] : [.text(", ")]) + expression.tokens(numbers: numbers)
        } + [.text(")")]
    }
  }
}
