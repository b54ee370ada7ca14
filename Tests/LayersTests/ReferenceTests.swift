import ReferenceCases
import TandemLayers
import TandemTensors
import Testing

/// Layers and losses against PyTorch's, forward and backward, on both backends.
@Suite struct ReferenceTests {
  typealias Operation =
    @Sendable (ReferenceCase, ReferenceCase.Arguments) -> (Tensor, [String: Tensor])

  static let groups: [ReferenceGroup: [String: Operation]] = [
    .matrices: ["linear": linear], .movement: ["embedding": embedding, "maxout": maxout],
    .convolution: ["conv2d": convolution],
    .transposedConvolution: ["convTranspose2d": transposedConvolution],
    .pooling: ["maxPool2d": maxPool, "averagePool2d": averagePool],
    .upsampling: [
      "upsampleNearest": { (Upsample($0.int("scale"))($1["x"]), [:]) },
      "upsampleBilinear": { (Upsample($0.int("scale"), .bilinear)($1["x"]), [:]) },
    ], .normalisation: normalisation, .losses: losses,
    .recurrent: recurrent,
  ]

  /// Operations of these files that are no layers; the tensors' tests run them.
  static let elsewhere: [ReferenceGroup: Set<String>] = [
    .matrices: ["matmul"],
    .movement: ["gather", "scatterAdd", "pad", "concatenate", "stack", "slice", "transpose"],
  ]

  @Test(arguments: groups.keys.sorted { $0.rawValue < $1.rawValue })
  func everyCaseOf(_ group: ReferenceGroup) throws {
    let operations = ReferenceTests.groups[group]!
    let cases = try group.cases()
    #expect(
      Set(cases.map(\.operation))
        == Set(operations.keys).union(ReferenceTests.elsewhere[group] ?? []))
    for reference in cases {
      guard let operation = operations[reference.operation] else { continue }
      let differences = reference.differences(amplification: amplification(of: reference)) {
        operation(reference, $0)
      }
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }

  /// Normalising a group divides its gradient by the group's deviation, after most of it has
  /// cancelled: a group of two, as in one case, is normalised to ±1 whatever it was.
  private func amplification(of reference: ReferenceCase) -> Double {
    guard reference.operation == "groupNorm", let x = reference.tensors["x"] else { return 1 }
    let groups = reference.int("groups")
    let variances = x.reshaped(
      to: [x.shape[0], -1, groups, x.shape[x.rank - 1] / groups]
    ).variance(1, 3)
    return max(1, 1 / variances.values.min()!.squareRoot())
  }

  static let linear: Operation = {
    (Linear(weight: $1["weight"], bias: $1.optional("bias"))($1["x"]), [:])
  }

  static let embedding: Operation = { (Embedding(weight: $1["weight"])($1["indices"]), [:]) }

  static let maxout: Operation = { (Maxout(pieces: $0.int("pieces"))($1["x"]), [:]) }

  static let convolution: Operation = {
    let layer = Conv2D(
      weight: $1["weight"], bias: $1.optional("bias"), stride: $0.size("stride"),
      padding: $0.size("padding"), dilation: $0.size("dilation"), groups: $0.int("groups"))
    return (layer($1["x"]), [:])
  }

  static let transposedConvolution: Operation = {
    let layer = ConvTranspose2D(
      weight: $1["weight"], bias: $1.optional("bias"), stride: $0.size("stride"),
      padding: $0.size("padding"), outputPadding: $0.size("outputPadding"),
      dilation: $0.size("dilation"), groups: $0.int("groups"))
    return (layer($1["x"]), [:])
  }

  static let maxPool: Operation = {
    let layer = MaxPool2D(
      window: $0.size("kernel"), stride: $0.size("stride"), padding: $0.size("padding"))
    return (layer($1["x"]), [:])
  }

  static let averagePool: Operation = {
    let layer = AveragePool2D(
      window: $0.size("kernel"), stride: $0.size("stride"), padding: $0.size("padding"),
      countsPadding: $0.bool("countPadding"))
    return (layer($1["x"]), [:])
  }

  static let normalisation: [String: Operation] = [
    "batchNormTrain": { reference, arguments in
      var layer = batchNorm(reference, arguments)
      var pass = Pass.training(RandomStream(seed: 0, name: "none"))
      let output = layer(arguments["x"], &pass)
      layer.commit(pass)
      return (
        output,
        [
          "running_mean_after": layer.runningMean, "running_var_after": layer.runningVariance,
        ]
      )
    },
    "batchNormEvaluate": { (batchNorm($0, $1)($1["x"]), [:]) },
    "layerNorm": { reference, arguments in
      let shape = Shape(reference.ints("normalizedShape"))
      let layer = LayerNorm(shape, epsilon: reference.double("epsilon"))
      return (filled(layer, arguments)(arguments["x"]), [:])
    },
    "groupNorm": { reference, arguments in
      let layer = GroupNorm(
        groups: reference.int("groups"), arguments["weight"].count,
        epsilon: reference.double("epsilon"))
      return (filled(layer, arguments)(arguments["x"]), [:])
    },
    "instanceNorm": { reference, arguments in
      let x = arguments["x"]
      let layer = InstanceNorm(
        x.shape[x.rank - 1], isAffine: arguments.optional("weight") != nil,
        epsilon: reference.double("epsilon"))
      return (filled(layer, arguments)(x), [:])
    },
  ]

  private static func batchNorm(
    _ reference: ReferenceCase, _ arguments: ReferenceCase.Arguments
  ) -> BatchNorm {
    let layer = BatchNorm(
      arguments["weight"].count, momentum: reference.double("momentum"),
      epsilon: reference.double("epsilon"))
    return filled(layer, arguments)
  }

  /// The layer with the case's tensors of its names.
  static func filled<Model: Layer>(
    _ layer: Model, _ arguments: ReferenceCase.Arguments
  ) -> Model {
    var layer = layer
    layer.walk { path, tensor, _ in
      if let found = arguments.optional(path.description) { tensor = found }
    }
    return layer
  }

  static let losses: [String: Operation] = [
    "binaryCrossEntropy": { ($1["logits"].binaryCrossEntropy(targets: $1["targets"]), [:]) },
    "softmaxCrossEntropy": { ($1["logits"].crossEntropy(labels: $1["labels"]), [:]) },
    "meanSquared": { ($1["predictions"].meanSquaredError($1["targets"]), [:]) },
    "l1": { ($1["predictions"].meanAbsoluteError($1["targets"]), [:]) },
    "huber": {
      ($1["predictions"].huberLoss($1["targets"], delta: $0.double("delta")), [:])
    },
    "hingeDiscriminator": {
      ($1["real"].hingeLoss(target: 1) + $1["fake"].hingeLoss(target: -1), [:])
    },
    "hingeGenerator": { (-$1["fake"].mean(), [:]) },
    "ganDiscriminator": {
      (
        $1["real"].binaryCrossEntropy(target: 1) + $1["fake"].binaryCrossEntropy(target: 0), [:]
      )
    },
    "ganGeneratorNonSaturating": { ($1["fake"].binaryCrossEntropy(target: 1), [:]) },
    "ganGeneratorMinimax": { (-$1["fake"].binaryCrossEntropy(target: 0), [:]) },
  ]
}
