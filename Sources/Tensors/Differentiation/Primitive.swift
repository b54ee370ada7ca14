/// An operation with its gradient beside it.
///
/// A primitive is a value that holds the operation's parameters (axes, geometry); its arguments
/// are tensors. Adding one without examples does not compile, and one that is missing from
/// `PrimitiveCatalogue` fails a test: the examples drive the gradient checks of first and second
/// order and the comparison of the backends.
public protocol Primitive: Sendable {
  /// Small cases that exercise every branch of the operation and of its gradient.
  static var examples: [Example] { get }

  /// The result, untracked.
  func forward(_ inputs: [Tensor]) -> Tensor

  /// The vector-Jacobian product: the gradients of `sum(upstream * output)` with respect to the
  /// inputs that are `needed`, nil for the others, written in differentiable operations.
  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?]

  /// Whether the gradient reads the elements of the input at `index`, not only its shape.
  func keepsInput(_ index: Int) -> Bool

  /// Whether the gradient reads the elements of the output.
  var keepsOutput: Bool { get }

  /// This primitive, if it can add its gradient to one that is there already.
  var accumulating: (any AccumulatingPrimitive)? { get }
}

/// An operation on one tensor whose gradient is zero but for a part, which it can add in place.
///
/// A walk that creates no graph uses this in place of `vjp`. Of T slices of a sequence each costs
/// its own size then; T gradients of the sequence's size would take T^2.
public protocol AccumulatingPrimitive: Primitive {
  /// Adds the gradient of `sum(upstream * output)`, all untracked, to `gradient`.
  func accumulate(upstream: Tensor, into gradient: inout Tensor)
}

extension AccumulatingPrimitive {
  public var accumulating: (any AccumulatingPrimitive)? { self }
}

extension Primitive {
  public func keepsInput(_ index: Int) -> Bool { true }
  public var keepsOutput: Bool { false }
  public var accumulating: (any AccumulatingPrimitive)? { nil }

  /// The operation's name in messages: the type's.
  public static var name: String { "\(self)" }

  /// Applies the operation, and records it where an input is tracked.
  func callAsFunction(_ inputs: Tensor...) -> Tensor { apply(inputs) }

  func apply(_ inputs: [Tensor]) -> Tensor { recorded(forward(inputs), inputs) }

  /// `output` with a node that leads back to `inputs`, where one of them is tracked.
  func recorded(_ output: Tensor, _ inputs: [Tensor]) -> Tensor {
    guard inputs.contains(where: \.isTracked) else { return output }
    var kept = inputs
    for index in kept.indices where !keepsInput(index) { kept[index] = kept[index].placeholder }
    var result = output
    result.node = Node(
      self, inputs: kept, output: keepsOutput ? output : output.placeholder)
    return result
  }
}

/// An operation that a backend may have as one kernel where its definition takes several.
///
/// Where the backend has no fused kernels the definition is applied in its place, and a second
/// derivative differentiates the definition: only first-order speed depends on the kernels.
public protocol FusedPrimitive: Primitive {
  /// The definition, in primitives.
  func composed(_ inputs: [Tensor]) -> Tensor
  /// The result in one pass.
  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor
  /// The gradients of the needed inputs, untracked, in few passes.
  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?]
}

extension FusedPrimitive {
  func apply(_ inputs: [Tensor]) -> Tensor {
    guard let kernels = inputs[0].backend.fused else { return composed(inputs) }
    return recorded(fusedForward(inputs, kernels), inputs)
  }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    guard let kernels = inputs[0].backend.fused else { return composed(inputs.map(\.detached)) }
    return fusedForward(inputs, kernels)
  }

  public func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    let isTracked = upstream.isTracked || inputs.contains(where: \.isTracked)
    if !isTracked, let kernels = inputs[0].backend.fused {
      return fusedVJP(
        inputs: inputs, output: output, upstream: upstream, needed: needed, kernels)
    }
    // Aliases stand in for the inputs, so that the walk through the definition ends at them
    // while its result still leads back to the inputs' own history.
    let aliases = inputs.map { $0.dtype.isFloatingPoint ? $0.alias() : $0 }
    let targets = aliases.indices.filter { needed[$0] }
    let gradients = composed(aliases).gradients(
      of: targets.map { aliases[$0] }, upstream: upstream, createGraph: isTracked)
    var result = [Tensor?](repeating: nil, count: inputs.count)
    for (target, gradient) in zip(targets, gradients) { result[target] = gradient }
    return result
  }
}

/// A small case of an operation: arguments and a function of them.
public struct Example: Sendable {
  /// What the case is about, after the operation's name.
  public let name: String
  /// The arguments, float64 (or int32 for indices).
  public let inputs: [Tensor]
  /// The operation under test.
  public let body: @Sendable ([Tensor]) -> Tensor

  /// A case of the given arguments.
  public init(_ name: String, _ inputs: [Tensor], _ body: @escaping @Sendable ([Tensor]) -> Tensor)
  {
    self.name = name
    self.inputs = inputs
    self.body = body
  }
}
