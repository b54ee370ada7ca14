/// `f(a, b)`, element by element, both broadcast to a common shape.
///
/// An operand that was repeated along an axis receives the sum of the gradient along it.
struct Binary: Primitive {
  let function: BinaryFunction

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.binary(function, inputs[0], inputs[1])
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream g: Tensor, needed: [Bool]) -> [Tensor?] {
    let (a, b) = (inputs[0], inputs[1])
    func first(_ gradient: @autoclosure () -> Tensor) -> Tensor? {
      needed[0] ? gradient().summed(to: a.shape) : nil
    }
    func second(_ gradient: @autoclosure () -> Tensor) -> Tensor? {
      needed[1] ? gradient().summed(to: b.shape) : nil
    }
    switch function {
    case .add: return [first(g), second(g)]
    case .subtract: return [first(g), second(-g)]
    case .multiply: return [first(g * b), second(g * a)]
    case .divide: return [first(g / b), second(-(g * a) / b.squared())]
    case .maximum: return [first(g * share(a, b)), second(g * share(b, a))]
    case .minimum: return [first(g * share(b, a)), second(g * share(a, b))]
    case .power:
      // a^b log a is 0 at a = 0 for positive b: the bound keeps the logarithm finite there.
      let smallest = a.dtype == .float64 ? Double.leastNormalMagnitude : 0x1p-126
      return [
        first(g * b * Binary(function: .power)(a, b - 1)),
        second(
          g * Binary(function: .power)(a, b)
            * a.clamped(to: smallest...Double.greatestFiniteMagnitude).log()),
      ]
    case .greater, .greaterOrEqual, .equal: return [nil, nil]
    }
  }

  /// Which part of the gradient of max(a, b) goes to a: all where it is greater, half on a tie.
  private func share(_ a: Tensor, _ b: Tensor) -> Tensor {
    (a.greater(b) + a.greaterOrEqual(b)) * 0.5
  }

  func keepsInput(_ index: Int) -> Bool {
    switch function {
    case .add, .subtract, .greater, .greaterOrEqual, .equal: false
    default: true
    }
  }

  static var examples: [Example] {
    let shapes: [(Shape, Shape)] = [
      ([2, 3], [2, 3]), ([2, 3], [3]), ([2, 3], []), ([2, 1, 3], [4, 1]), ([3], [2, 3]),
    ]
    return BinaryFunction.allCases.flatMap { function in
      shapes.map { first, second in
        let a = function == .power ? Example.positive(first) : Example.tensor(first)
        return Example("\(function) \(first) \(second)", [a, Example.tensor(second, seed: 2)]) {
          Binary(function: function)($0[0], $0[1])
        }
      }
    }
  }
}

extension Tensor {
  /// `function(self, other)` with broadcasting.
  public func combined(_ function: BinaryFunction, with other: Tensor) -> Tensor {
    require(
      dtype == other.dtype, "\(function): element types \(dtype) and \(other.dtype) differ")
    require(
      shape.broadcast(with: other.shape) != nil,
      "\(function): shapes \(shape) and \(other.shape) do not broadcast")
    return Binary(function: function)(self, other)
  }

  /// The sum of each two elements, with broadcasting.
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.combined(.add, with: b) }
  /// The difference of each two elements, with broadcasting.
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.combined(.subtract, with: b) }
  /// The product of each two elements, with broadcasting.
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.combined(.multiply, with: b) }
  /// The quotient of each two elements, with broadcasting.
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.combined(.divide, with: b) }

  /// Every element with the other sign.
  public static prefix func - (x: Tensor) -> Tensor { x.scaled(by: -1) }
  /// Every element plus a number.
  public static func + (x: Tensor, c: Double) -> Tensor { x.scaled(by: 1, plus: c) }
  /// A number plus every element.
  public static func + (c: Double, x: Tensor) -> Tensor { x.scaled(by: 1, plus: c) }
  /// Every element minus a number.
  public static func - (x: Tensor, c: Double) -> Tensor { x.scaled(by: 1, plus: -c) }
  /// A number minus every element.
  public static func - (c: Double, x: Tensor) -> Tensor { x.scaled(by: -1, plus: c) }
  /// Every element times a number.
  public static func * (x: Tensor, c: Double) -> Tensor { x.scaled(by: c) }
  /// A number times every element.
  public static func * (c: Double, x: Tensor) -> Tensor { x.scaled(by: c) }
  /// Every element divided by a number.
  public static func / (x: Tensor, c: Double) -> Tensor { x.scaled(by: 1 / c) }
  /// A number divided by every element.
  public static func / (c: Double, x: Tensor) -> Tensor { x.power(-1).scaled(by: c) }

  /// The greater of two elements; on a tie the gradient is shared.
  public func maximum(_ other: Tensor) -> Tensor { combined(.maximum, with: other) }
  /// The smaller of two elements; on a tie the gradient is shared.
  public func minimum(_ other: Tensor) -> Tensor { combined(.minimum, with: other) }
  /// `self^exponent` element by element, for a positive base.
  public func power(_ exponent: Tensor) -> Tensor { combined(.power, with: exponent) }

  /// 1 where `self > other`, else 0; its gradient is zero.
  public func greater(_ other: Tensor) -> Tensor { combined(.greater, with: other) }
  /// 1 where `self >= other`, else 0; its gradient is zero.
  public func greaterOrEqual(_ other: Tensor) -> Tensor { combined(.greaterOrEqual, with: other) }
  /// 1 where `self == other`, else 0; its gradient is zero.
  public func equal(_ other: Tensor) -> Tensor { combined(.equal, with: other) }
  /// 1 where `self >= bound`, else 0; its gradient is zero.
  public func greaterOrEqual(_ bound: Double) -> Tensor { greaterOrEqual(Tensor(bound, dtype)) }
}
