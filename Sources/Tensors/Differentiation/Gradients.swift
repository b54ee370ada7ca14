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
  /// Threads may do this at the same time, on graphs that share tensors too, so long as none lets
  /// go of operations that another still needs: see `keepGraph`.
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
  /// oldest first: the root is the last.
  private var nodes: [Node] = []
  /// The places in `nodes` of the inputs of all nodes, node by node; nil for an input that is not
  /// there.
  private var inputSlots: [Int?] = []
  /// Where each node's inputs begin in `inputSlots`.
  private var firstInputs: [Int] = []
  /// The places of the targets; nil for one that has no influence.
  private var targetSlots: [Int?]
  /// Whether a target is among a node's ancestors, or the node is one.
  private var leads: [Bool] = []
  private var isTarget: [Bool] = []

  init(from tensor: Tensor, to targets: [Tensor]) {
    self.targets = targets
    targetSlots = [Int?](repeating: nil, count: targets.count)
    for target in targets {
      require(target.isTracked, "gradients: a target of shape \(target.shape) is not tracked")
    }
    if let root = tensor.node, let oldest = targets.map({ $0.node!.order }).min() {
      Node.scratch.withLock { _ in collect(from: root, notBefore: oldest) }
    }
    isTarget = [Bool](repeating: false, count: nodes.count)
    for case let slot? in targetSlots { isTarget[slot] = true }
    leads = isTarget
    for index in nodes.indices where !leads[index] {
      leads[index] = slots(of: index).contains(where: isOnPath)
    }
  }

  /// Finds the nodes and where they stand.
  private mutating func collect(from root: Node, notBefore oldest: UInt64) {
    let number = Node.nextNumber()
    func isNew(_ node: Node) -> Bool {
      guard node.order >= oldest && node.visit != number else { return false }
      node.visit = number
      return true
    }
    func slot(_ node: Node?) -> Int? { node.flatMap { $0.visit == number ? $0.slot : nil } }
    var pending = isNew(root) ? [root] : []
    while let node = pending.popLast() {
      require(
        !node.isReleased,
        "gradients: the graph was let go by an earlier walk; ask that one to keep it (keepGraph)")
      nodes.append(node)
      for input in node.inputs {
        if let next = input.node, isNew(next) { pending.append(next) }
      }
    }
    nodes.sort { $0.order < $1.order }
    for index in nodes.indices { nodes[index].slot = index }
    for node in nodes {
      firstInputs.append(inputSlots.count)
      for input in node.inputs { inputSlots.append(slot(input.node)) }
    }
    firstInputs.append(inputSlots.count)
    targetSlots = targets.map { slot($0.node) }
  }

  /// The places of a node's inputs.
  private func slots(of index: Int) -> ArraySlice<Int?> {
    inputSlots[firstInputs[index]..<firstInputs[index + 1]]
  }

  private func isOnPath(_ slot: Int?) -> Bool { slot.map { leads[$0] } ?? false }

  func run(seed: Tensor, createGraph: Bool, keepGraph: Bool) -> [Tensor] {
    var gradients = [Tensor?](repeating: nil, count: nodes.count)
    if !nodes.isEmpty { gradients[nodes.count - 1] = seed }
    for index in nodes.indices.reversed() where leads[index] {
      guard let upstream = gradients[index] else { continue }
      let node = nodes[index]
      if !isTarget[index] { gradients[index] = nil }
      guard let primitive = node.primitive else { continue }
      let slots = slots(of: index)
      if !createGraph, let primitive = primitive.accumulating, let slot = slots.first ?? nil,
        accumulate(primitive, upstream, into: slot, &gradients)
      {
        if !keepGraph { node.release() }
        continue
      }
      let needed = slots.map(isOnPath)
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
      for (slot, result) in zip(slots, results) {
        guard let result, let slot, leads[slot] else { continue }
        gradients[slot] = gradients[slot].map { $0 + result } ?? result
      }
      if !keepGraph { node.release() }
    }
    return zip(targets, targetSlots).map { target, slot in
      slot.flatMap { gradients[$0] } ?? Tensor(zeros: target.shape, target.dtype)
    }
  }

  /// Lets a primitive add to its input's gradient in place; false where there is none yet, or one
  /// of them could be differentiated in turn.
  private func accumulate(
    _ primitive: any AccumulatingPrimitive, _ upstream: Tensor, into slot: Int,
    _ gradients: inout [Tensor?]
  ) -> Bool {
    guard leads[slot], !upstream.isTracked, var gradient = gradients[slot], !gradient.isTracked
    else { return false }
    // The list's own reference would make the gradient shared, and each addition copy it.
    gradients[slot] = nil
    primitive.accumulate(upstream: upstream, into: &gradient)
    gradients[slot] = gradient
    return true
  }
}
