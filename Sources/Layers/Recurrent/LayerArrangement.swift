import TandemTensors

/// How layers over sequences stand one above the other, what is dropped between them, and what is
/// hidden of padded steps.
///
/// A layer's two directions are places of their own: place 0 is layer 0 forwards, place 1 layer 0
/// backwards where it is read so too, then come those of layer 1.
struct LayerArrangement: Sendable {
  let layers: Int
  let isBidirectional: Bool
  /// Probability that an output between two layers is dropped.
  let dropout: Double
  /// Whether all steps share a dropout mask.
  let dropoutIsLocked: Bool

  init(_ layers: Int, isBidirectional: Bool, dropout: Double, dropoutIsLocked: Bool) {
    require(layers > 0, "a recurrent network of \(layers) layers")
    require((0..<1).contains(dropout), "dropout: a rate of \(dropout) is not in 0 ..< 1")
    self.layers = layers
    self.isBidirectional = isBidirectional
    self.dropout = dropout
    self.dropoutIsLocked = dropoutIsLocked
  }

  var directions: Int { isBidirectional ? 2 : 1 }
  var places: Int { layers * directions }

  /// The end of a place's parameter names in PyTorch: `_l1_reverse`.
  func suffix(_ place: Int) -> String {
    "_l\(place / directions)\(place % directions == 1 ? "_reverse" : "")"
  }

  /// Features that a place reads, where the network reads `inputs` and each direction of a layer
  /// writes `outputs`.
  func inputs(_ place: Int, _ inputs: Int, outputs: Int) -> Int {
    place < directions ? inputs : directions * outputs
  }

  /// What one direction of one layer is given.
  struct Work {
    let place: Int
    /// `[T, B, features]`, zero in the padding.
    let x: Tensor
    let state: [Tensor]
    let lengths: Tensor?
    /// 1 where there is a step, `[T, B, 1]`, where not all sequences have all.
    let isPresent: Tensor?
    let isReversed: Bool
  }

  /// Runs all layers over `x` `[T, B, features]`.
  ///
  /// - Parameters:
  ///   - layer: The whole that the layers make up, which reads steps of `inputSize` features.
  ///   - state: Tensors of all places, the same number for each; the layer's first if absent.
  ///   - body: One direction of one layer: its outputs `[T, B, size]` and its last state.
  func run(
    _ x: Tensor, through layer: some SequenceLayer, inputSize: Int, state: RecurrentState?,
    lengths: Tensor?, _ pass: inout Pass,
    _ body: (Work, inout Pass) -> (output: Tensor, state: [Tensor])
  ) -> (output: Tensor, state: RecurrentState) {
    require(
      x.rank == 3 && x.shape[2] == inputSize,
      "\(layer.description): the input has shape \(x.shape), not [steps, batch, \(inputSize)]")
    let tensors = (state ?? layer.initialState(batch: x.shape[1], x.dtype)).tensors
    require(
      tensors.count.isMultiple(of: places) && tensors.allSatisfy { $0.shape[0] == x.shape[1] },
      """
      a state of \(tensors.count) tensors \(tensors.first?.shape ?? []) for \(places) layers and \
      directions and an input \(x.shape)
      """)
    let each = tensors.count / places
    let mask = SequenceMask(lengths, of: x)
    var after: [Tensor] = []
    var output = mask?.cleaned(x) ?? x
    for layer in 0..<layers {
      if layer > 0 {
        output = pass.dropped(output, dropout, sharing: dropoutIsLocked ? [0] : [])
      }
      let outputs = (0..<directions).map { direction in
        let place = layer * directions + direction
        let result = body(
          Work(
            place: place, x: output, state: Array(tensors[(place * each)..<((place + 1) * each)]),
            lengths: mask == nil ? nil : lengths, isPresent: mask?.isPresent,
            isReversed: direction == 1), &pass)
        after += result.state
        return result.output
      }
      output = directions == 1 ? outputs[0] : .concatenate(outputs, axis: 2)
      if let mask { output = output * mask.isPresent }
    }
    return (output, RecurrentState(after))
  }

  /// What a description says of the arrangement, after the sizes.
  var remarks: [String] {
    var parts: [String] = []
    if layers > 1 { parts.append("\(layers) layers") }
    if isBidirectional { parts.append("bidirectional") }
    if dropout > 0 { parts.append("\(dropoutIsLocked ? "locked " : "")dropout \(dropout)") }
    return parts
  }
}
