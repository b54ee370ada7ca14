/// Compares gradients by backpropagation with central differences, in float64.
///
/// For each element w of an argument, with the step `h`,
///
///     dL/dw  ~  (L(w + h) - L(w - h)) / 2h,      L = sum(u * f(arguments))
///
/// where u are fixed weights without pattern, so that no part of the output is overlooked. The
/// difference is off by `h^2 L'''/6` and by rounding of about `1e-16 L / h`: near 1e-10 for
/// h = 1e-5 and values near one. The second order compares the gradient of
/// `S = sum(v * dL/dw)` with the central differences of S.
///
/// The error of an element is relative to the larger of the two values, but no smaller than a
/// hundredth of the largest value of the argument's whole gradient, or 0.001: below that the
/// difference is all rounding.
public struct GradientCheck: Sendable {
  /// How one argument's gradient compares.
  public struct Result: Sendable {
    /// Name of the argument.
    public let name: String
    /// Greatest relative error over the elements checked.
    public let worstError: Double
    /// The element with that error, in row-major order.
    public let element: Int
    /// Its gradient by backpropagation and by difference.
    public let backpropagated: Double
    /// Its gradient by difference.
    public let difference: Double
    /// How many elements were checked.
    public let checked: Int
  }

  /// Half the distance of the two points of a difference.
  public var step = 1e-5
  /// Most elements to check in one argument, spread evenly over it; all if absent.
  public var elementLimit: Int?

  /// A check of every element at the usual step.
  public init(step: Double = 1e-5, elementLimit: Int? = nil) {
    self.step = step
    self.elementLimit = elementLimit
  }

  /// Checks the first derivatives of `f` at float64 `arguments`; int32 ones are held fixed.
  ///
  /// - Parameter names: What the results call the arguments, by index if absent.
  public func firstOrder(
    _ arguments: [Tensor], names: [String]? = nil, _ f: ([Tensor]) -> Tensor
  ) -> [Result] {
    compare(
      arguments, names, gradients: { self.gradients($0, f, createGraph: false) },
      function: { self.weighted(f($0)).scalar })
  }

  /// Checks the second derivatives of `f` at float64 `arguments`; int32 ones are held fixed.
  public func secondOrder(
    _ arguments: [Tensor], names: [String]? = nil, _ f: ([Tensor]) -> Tensor
  ) -> [Result] {
    func combined(_ arguments: [Tensor], createGraph: Bool) -> Tensor {
      gradients(arguments, f, createGraph: createGraph).enumerated()
        .filter { arguments[$0.offset].dtype.isFloatingPoint }
        .map { weighted($0.element, salt: $0.offset + 1) }
        .reduce(Tensor(0, .float64), +)
    }
    return compare(
      arguments, names,
      gradients: { leaves in
        let sum = combined(leaves, createGraph: true)
        return leaves.map { leaf in
          guard leaf.isTracked, sum.isTracked else { return Tensor(zeros: leaf.shape, .float64) }
          return sum.gradient(of: leaf, keepGraph: true)
        }
      },
      function: {
        combined($0.map { $0.dtype.isFloatingPoint ? $0.tracked : $0 }, createGraph: false).scalar
      })
  }

  /// Compares gradients that were found in whatever way, a tensor for each float64 argument, with
  /// the differences of the scalar `loss`.
  public func compare(
    _ gradients: [Tensor], at arguments: [Tensor], names: [String]? = nil,
    _ loss: ([Tensor]) -> Double
  ) -> [Result] {
    require(
      zip(gradients, arguments).allSatisfy { $0.shape == $1.shape }
        && gradients.count == arguments.count,
      "gradient check: gradients \(gradients.map(\.shape)) of \(arguments.map(\.shape))")
    return compare(arguments, names, gradients: { _ in gradients }, function: loss)
  }

  private func gradients(
    _ arguments: [Tensor], _ f: ([Tensor]) -> Tensor, createGraph: Bool
  ) -> [Tensor] {
    let targets = arguments.filter(\.isTracked)
    var found = weighted(f(arguments)).gradients(of: targets, createGraph: createGraph)[...]
    return arguments.map { $0.isTracked ? found.removeFirst() : Tensor(zeros: $0.shape, .float64) }
  }

  /// `sum(u * x)` with weights between 0.5 and 1.5 that follow no pattern of the elements.
  private func weighted(_ x: Tensor, salt: Int = 0) -> Tensor {
    // Multiples of the golden ratio, modulo one, are spread evenly and never repeat.
    let weights = (0..<x.count).map { index in
      let turn = Double(index + 7 * salt + 1) * 0.618_033_988_749_894_9
      return 0.5 + turn - turn.rounded(.down)
    }
    return (x * Tensor(weights, x.shape, .float64)).sum()
  }

  private func compare(
    _ arguments: [Tensor], _ names: [String]?, gradients: ([Tensor]) -> [Tensor],
    function: ([Tensor]) -> Double
  ) -> [Result] {
    for argument in arguments {
      require(
        argument.dtype == .float64 || argument.dtype == .int32,
        "a gradient check needs float64 arguments, not \(argument.dtype)")
    }
    let found = gradients(arguments.map { $0.dtype.isFloatingPoint ? $0.tracked : $0.detached })
    return arguments.indices.filter { arguments[$0].dtype.isFloatingPoint }.map { index in
      compare(
        found[index].values, names?[index] ?? "argument \(index)", at: index, arguments, function)
    }
  }

  private func compare(
    _ gradient: [Double], _ name: String, at index: Int, _ arguments: [Tensor],
    _ function: ([Tensor]) -> Double
  ) -> Result {
    var arguments = arguments
    let original = arguments[index].values
    let elements = checkedElements(of: original.count)
    let differences = elements.map { element in
      let values = [step, -step].map { offset in
        var moved = original
        moved[element] += offset
        arguments[index] = Tensor(moved, arguments[index].shape, .float64)
        return function(arguments)
      }
      return (values[0] - values[1]) / (2 * step)
    }
    let largest = gradient.reduce(0) { max($0, abs($1)) }
    var worst = (error: 0.0, place: 0)
    for (place, element) in elements.enumerated() {
      let (a, b) = (gradient[element], differences[place])
      let error = abs(a - b) / max(abs(a), abs(b), largest / 100, 1e-3)
      // A NaN on either side is an error beyond any other.
      if !(error <= worst.error) { worst = (error.isNaN ? .infinity : error, place) }
    }
    let element = elements.isEmpty ? 0 : elements[worst.place]
    return Result(
      name: name, worstError: worst.error, element: element,
      backpropagated: elements.isEmpty ? 0 : gradient[element],
      difference: elements.isEmpty ? 0 : differences[worst.place], checked: elements.count)
  }

  private func checkedElements(of count: Int) -> [Int] {
    guard let elementLimit, elementLimit < count else { return Array(0..<count) }
    return (0..<elementLimit).map { $0 * count / elementLimit }
  }
}
