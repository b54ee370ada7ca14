/// `h_t = a_t h_(t-1) + b_t` along the first axis, the recurrence of minimal gated networks.
///
/// Arguments: a and b `[T, ...]`, and the initial h `[...]`. Reversed, the steps go from the last
/// to the first. With `d_t` all of the gradient that arrives at `h_t`, from its own upstream `g_t`
/// and from the step behind it,
///
///     d_t = g_t + a_(t+1) d_(t+1)        the scan of the other direction, a moved by one step
///     da_t = d_t h_(t-1)      db_t = d_t      dh_(-1) = a_0 d_0
///
/// so the gradient is a scan again, and the primitive is closed under differentiation.
///
/// Source: Martin and Cundy, Parallelizing linear recurrent neural nets over sequence length, 2018.
struct LinearScan: Primitive {
  let isReversed: Bool

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.linearScan(
      inputs[0], inputs[1], initial: inputs[2], isReversed: isReversed)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    let (a, initial) = (inputs[0], inputs[2])
    let steps = a.shape[0]
    // The coefficient that leads on from each step; nothing leads on from the last.
    let zero = Tensor(zeros: initial.shape, initial.dtype)
    let d = LinearScan(isReversed: !isReversed)(
      shifted(a, filling: zero, to: !isReversed), upstream, zero)
    let first = isReversed ? steps - 1 : 0
    func atFirst(_ x: Tensor) -> Tensor {
      x.slice(axis: 0, first..<(first + 1)).reshaped(to: initial.shape)
    }
    return [
      needed[0] ? d * shifted(output, filling: initial, to: isReversed) : nil,
      needed[1] ? d : nil,
      needed[2] ? atFirst(a) * atFirst(d) : nil,
    ]
  }

  var keepsOutput: Bool { true }

  func keepsInput(_ index: Int) -> Bool { index != 1 }

  /// The steps moved by one: to the front if told so, else to the back; `row` takes the free place.
  private func shifted(_ x: Tensor, filling row: Tensor, to front: Bool) -> Tensor {
    let steps = x.shape[0]
    let row = row.reshaped(to: x.shape.replacing(0, with: 1))
    return .concatenate(
      front
        ? [x.slice(axis: 0, 1..<steps), row] : [row, x.slice(axis: 0, 0..<(steps - 1))], axis: 0)
  }

  static var examples: [Example] {
    [1, 4].flatMap { steps in
      [false, true].map { isReversed in
        Example(
          "\(steps) steps\(isReversed ? " backwards" : "")",
          [
            Example.tensor([steps, 2, 3]), Example.tensor([steps, 2, 3], seed: 2),
            Example.tensor([2, 3], seed: 3),
          ]
        ) { LinearScan(isReversed: isReversed).apply($0) }
      }
    }
  }
}

extension Tensor {
  /// The linear recurrence `h_t = a_t h_(t-1) + b_t` with this tensor's rows as a: all h
  /// `[T, ...]`.
  ///
  /// - Parameters:
  ///   - addends: b, `[T, ...]`.
  ///   - initial: The h before the first step, `[...]`.
  ///   - isReversed: Whether to begin with the last step.
  public func linearScan(_ addends: Tensor, initial: Tensor, isReversed: Bool = false) -> Tensor {
    require(
      rank >= 1 && shape[0] > 0 && addends.shape == shape
        && initial.shape.extents == Array(shape.dropFirst()),
      "linear scan: coefficients \(shape), addends \(addends.shape), initial \(initial.shape)")
    require(
      dtype == addends.dtype && dtype == initial.dtype && dtype.isFloatingPoint,
      "linear scan: element types \(dtype), \(addends.dtype) and \(initial.dtype)")
    return LinearScan(isReversed: isReversed)(self, addends, initial)
  }
}
