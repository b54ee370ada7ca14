import Synchronization

/// A tensor's place in the graph: the primitive that made it and what it was made from.
///
/// Nodes are numbered in the order of their making, so every input has a smaller number than
/// what is computed from it: sorting by number is a topological order.
package final class Node: @unchecked Sendable {
  /// Number in order of making.
  let order: UInt64
  /// The operation; nil for a leaf, a tensor at which differentiation ends, and once it was let go.
  private(set) var primitive: (any Primitive)?
  /// The operation's arguments, as far as the primitive keeps them.
  private(set) var inputs: [Tensor]
  /// The operation's result, as far as the primitive keeps it; without this node itself.
  private(set) var output: Tensor?
  /// Whether a walk has let go of the inputs.
  private(set) var isReleased = false

  /// Scratch of the walk that last came by, written and read under `scratch` alone: the walk's
  /// number, and the node's index in its list.
  var visit: UInt64 = 0
  var slot = 0

  /// Held by a walk while it finds its way, so that walks on several threads may share nodes.
  static let scratch = Mutex(())

  private static let counter = Atomic<UInt64>(1)

  /// A number greater than that of every node and walk so far.
  static func nextNumber() -> UInt64 {
    counter.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// A leaf.
  init() {
    order = Node.nextNumber()
    primitive = nil
    inputs = []
    output = nil
  }

  /// The result of a primitive.
  init(_ primitive: any Primitive, inputs: [Tensor], output: Tensor) {
    order = Node.nextNumber()
    self.primitive = primitive
    self.inputs = inputs
    self.output = output
  }

  /// Lets go of what was kept for the gradient, so that its memory can be used again.
  func release() {
    isReleased = true
    // A fused operation keeps a record of its pass beside its arguments.
    primitive = nil
    output = nil
    Node.tearDown(&inputs)
  }

  // Letting the compiler free a chain of nodes recurses once per node, which overflows the
  // stack at a few ten thousand: an unrolled recurrent network has more.
  deinit {
    if !inputs.isEmpty { Node.tearDown(&inputs) }
  }

  private static func tearDown(_ inputs: inout [Tensor]) {
    var pending: [Node] = []
    for index in inputs.indices {
      if let node = inputs[index].node { pending.append(node) }
    }
    inputs = []
    while var node = pending.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      for index in node.inputs.indices {
        if let next = node.inputs[index].node { pending.append(next) }
      }
      node.inputs = []
    }
  }
}
