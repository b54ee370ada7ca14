extension Tensor {
  /// This tensor as a leaf: what is computed from it can be differentiated with respect to it.
  public var tracked: Tensor {
    require(dtype.isFloatingPoint, "only floating-point tensors can be tracked, not \(dtype)")
    var copy = self
    copy.node = Node()
    return copy
  }

  /// The same elements under a node of their own, through which gradients flow on.
  func alias() -> Tensor { isTracked ? Identity()(self) : tracked }

  /// The gradients of this tensor with respect to `targets`, by reverse accumulation.
  ///
  /// For a scalar loss L the result holds dL/dt for each target t, in the target's shape; for
  /// another shape, the gradients of `sum(upstream * self)`. A target that this tensor does not
  /// depend on has gradient zero. Only what lies between this tensor and the targets is
  /// computed: nothing is spent on other leaves.
  ///
  /// - Parameters:
  ///   - targets: Tracked tensors, leaves or results of operations.
  ///   - upstream: Weights of this tensor's elements, in its shape; one if absent.
  ///   - createGraph: Whether the gradients can be differentiated in turn.
  ///   - keepGraph: Whether this tensor can be differentiated again. If not, each operation's
  ///     kept tensors are let go as soon as they have been used.
  public func gradients(
    of targets: [Tensor], upstream: Tensor? = nil, createGraph: Bool = false,
    keepGraph: Bool = false
  ) -> [Tensor] {
    if let upstream {
      require(
        upstream.shape == shape,
        "gradients: upstream has shape \(upstream.shape), the tensor \(shape)")
    }
    let seed = upstream ?? Tensor(ones: shape, dtype)
    return GradientWalk(from: self, to: targets).run(
      seed: seed, createGraph: createGraph, keepGraph: keepGraph || createGraph)
  }

  /// The gradient of this tensor with respect to one target.
  public func gradient(
    of target: Tensor, upstream: Tensor? = nil, createGraph: Bool = false, keepGraph: Bool = false
  ) -> Tensor {
    gradients(
      of: [target], upstream: upstream, createGraph: createGraph, keepGraph: keepGraph)[0]
  }
}

/// One walk backward over the part of the graph between a tensor and its targets.
private struct GradientWalk {
  private let targets: [Tensor]
  /// The nodes from which the root was computed and that are no older than the oldest target,
  /// oldest first; `slot` is a node's index here.
  private var nodes: [Node] = []
  /// Whether a target is among a node's ancestors, or the node is one.
  private var leads: [Bool]
  private var isTarget: [Bool]
  private let number = Node.nextNumber()
  private let root: Node?

  init(from tensor: Tensor, to targets: [Tensor]) {
    self.targets = targets
    root = tensor.node
    for target in targets {
      require(target.isTracked, "gradients: a target of shape \(target.shape) is not tracked")
    }
    leads = []
    isTarget = []
    guard let root, let oldest = targets.map({ $0.node!.order }).min() else { return }
    collect(from: root, notBefore: oldest)
    nodes.sort { $0.order < $1.order }
    for index in nodes.indices { nodes[index].slot = index }
    isTarget = [Bool](repeating: false, count: nodes.count)
    for case let node? in targets.map(\.node) where node.visit == number {
      isTarget[node.slot] = true
    }
    leads = isTarget
    for (index, node) in nodes.enumerated() where !leads[index] {
      leads[index] = node.inputs.contains { isOnPath($0) }
    }
  }

  private mutating func collect(from root: Node, notBefore oldest: UInt64) {
    guard root.order >= oldest else { return }
    root.visit = number
    var pending = [root]
    while let node = pending.popLast() {
      nodes.append(node)
      for input in node.inputs {
        guard let next = input.node, next.visit != number, next.order >= oldest else { continue }
        next.visit = number
        pending.append(next)
      }
    }
  }

  private func isOnPath(_ input: Tensor) -> Bool {
    guard let node = input.node, node.visit == number else { return false }
    return leads[node.slot]
  }

  func run(seed: Tensor, createGraph: Bool, keepGraph: Bool) -> [Tensor] {
    var gradients = [Tensor?](repeating: nil, count: nodes.count)
    if let root, root.visit == number { gradients[root.slot] = seed }
    for index in nodes.indices.reversed() where leads[index] {
      guard let upstream = gradients[index] else { continue }
      let node = nodes[index]
      if !isTarget[index] { gradients[index] = nil }
      guard let primitive = node.primitive else { continue }
      require(
        !node.isReleased,
        "gradients: the graph was let go by an earlier walk; ask that one to keep it (keepGraph)")
      if !createGraph, let primitive = primitive.accumulating,
        accumulate(primitive, node, upstream, &gradients)
      {
        if !keepGraph { node.release() }
        continue
      }
      let needed = node.inputs.map(isOnPath)
      guard needed.contains(true) else { continue }
      var inputs = node.inputs
      var output = node.output!
      if createGraph {
        output.node = node
      } else {
        for input in inputs.indices { inputs[input].node = nil }
      }
      let results = primitive.vjp(
        inputs: inputs, output: output, upstream: upstream, needed: needed)
      for (input, result) in zip(node.inputs, results) {
        guard let result, let slot = input.node?.slot, isOnPath(input) else { continue }
        gradients[slot] = gradients[slot].map { $0 + result } ?? result
      }
      if !keepGraph { node.release() }
    }
    return targets.map { target in
      let node = target.node!
      let gradient = node.visit == number ? gradients[node.slot] : nil
      return gradient ?? Tensor(zeros: target.shape, target.dtype)
    }
  }

  /// Lets a primitive add to its input's gradient; false where one of them could be
  /// differentiated in turn.
  private func accumulate(
    _ primitive: any AccumulatingPrimitive, _ node: Node, _ upstream: Tensor,
    _ gradients: inout [Tensor?]
  ) -> Bool {
    let input = node.inputs[0]
    guard let slot = input.node?.slot, isOnPath(input), !upstream.isTracked,
      gradients[slot]?.isTracked != true
    else { return false }
    var gradient = gradients[slot] ?? Tensor(zeros: input.shape, input.dtype)
    // The list's own reference would make the gradient shared, and each addition copy it.
    gradients[slot] = nil
    primitive.accumulate(upstream: upstream, into: &gradient)
    gradients[slot] = gradient
    return true
  }
}
