import TandemClassification
import TandemLayers
import TandemRuns
import TandemTensors

extension ClassifierSpecification {
  private enum Kind: String, CaseIterable {
    case mlp, cnn
  }

  /// Reads the `network` section; `imageSize` is nil where the data could not be read.
  init(_ section: inout ConfigurationReader, imageSize: Int?) {
    switch section.kind(from: Kind.self) {
    case .mlp:
      self = .mlp(.init(&section, hidden: [256, 128]))
    case .cnn:
      let channels = section.integers("channels", default: [32, 64], in: 1...65536, count: 1...20)
      let kernel = section.integer("kernel", default: 3, in: 1...31)
      if kernel.isMultiple(of: 2) {
        section.problem(at: "kernel", "expected an odd number, so that images keep their size")
      }
      let cnn = CNNClassifierSpecification(
        channels: channels, kernel: kernel,
        pooling: section.choice(
          "pooling", from: CNNClassifierSpecification.Pooling.self, default: .max),
        dense: .init(&section, hidden: [128]))
      if let imageSize, cnn.side(of: imageSize) == 0 {
        section.problem(
          at: "channels",
          "\(channels.count) poolings leave nothing of an image of \(imageSize) pixels a side",
          comparing: ["pooling"])
      }
      self = .cnn(cnn)
    }
  }

  /// The network with the same layers in the same order, each as small as still shows every term
  /// of its gradient, and the size of images for it.
  ///
  /// Hidden layers have at most 6 units, convolutions at most 4 channels, and there are at most
  /// two convolutions: further ones repeat the second.
  func reduced(imageSize: Int) -> (network: ClassifierSpecification, imageSize: Int) {
    switch self {
    case .mlp(var mlp):
      mlp.hidden = mlp.hidden.map { min($0, 6) }
      return (.mlp(mlp), min(imageSize, 5))
    case .cnn(var cnn):
      cnn.channels = cnn.channels.prefix(2).map { min($0, 4) }
      cnn.dense.hidden = cnn.dense.hidden.map { min($0, 6) }
      return (.cnn(cnn), min(imageSize, 8))
    }
  }
}

extension ClassifierSpecification {
  /// A network with its first weights, which depend on the seed alone.
  func initialClassifier(of data: ClassifierData, classes: Int, seed: UInt64) -> Classifier {
    var random = RandomStream(seed: seed, name: "init")
    return classifier(elementShape: data.elementShape, classes: classes, &random)
  }

  /// The network for the classes that the data have, summarised for one batch.
  func summaries(
    of data: ClassifierData, batchSize: Int, seed: UInt64
  ) throws -> [NetworkSummary] {
    let parts = try data.parts(
      of: try data.sets(), choice: data.classes, limit: data.limit, seed: seed)
    let model = initialClassifier(of: data, classes: parts.train.classes.count, seed: seed)
    return [
      NetworkSummary("classifier", model.summary(input: Shape([batchSize] + data.elementShape)))
    ]
  }

  /// The loss of a small network of this form on a few images, in training.
  func gradientCases(
    _ data: ClassifierData, loss: ClassificationLoss, seed: UInt64
  ) -> [GradientCase] {
    let (network, size) = reduced(imageSize: data.size)
    var random = RandomStream(seed: seed, name: "gradient check")
    let shape = [size, size, data.elementShape[2]]
    let model = network.classifier(elementShape: shape, classes: 3, &random)
      .movedFromStart(&random)
    let batch = LabelledBatch(
      images: random.uniform(Shape([4] + shape), in: -1..<1, .float64),
      labels: Tensor(indices: [2, 0, 1, 2]))
    let seeds = random
    return [
      GradientCase("model's loss", model) { model in
        // The same masks at every call.
        var pass = Pass.training(seeds)
        return loss(model(batch.images, &pass), batch.labels).mean()
      }
    ]
  }
}

extension MLPClassifierSpecification {
  /// Reads the keys of the fully connected part.
  fileprivate init(_ section: inout ConfigurationReader, hidden usual: [Int]) {
    self.init(
      hidden: section.integers("hidden", default: usual, in: 1...65536, count: 0...100),
      activation: section.choice(
        "activation", from: ClassifierActivation.self, default: .relu),
      batchNorm: section.flag("batchNorm", default: false),
      dropout: section.number("dropout", default: 0, in: 0..<1))
  }
}

extension ClassifierConfiguration {
  /// The memory that the network and a batch take at least.
  public var memory: MemoryEstimate {
    network.memory(
      elementShape: data.elementShape, classes: data.classes.count, batchSize: batchSize)
  }
}

extension ClassifierSpecification {
  /// The memory that the network and a batch take at least: floating-point, since products of
  /// hostile widths overflow integers.
  func memory(elementShape: [Int], classes: Int, batchSize: Int) -> MemoryEstimate {
    let (weights, values) = size(elementShape: elementShape, classes: max(classes, 2))
    let float = 4.0
    return MemoryEstimate(
      lasting: [
        // Beside a weight stands its gradient, or what an optimizer keeps for it.
        .init(key: "network", name: "the network", bytes: 2 * float * weights)
      ],
      passing: [
        .init(
          key: "training.batchSize", name: "a batch", bytes: float * Double(batchSize) * values)
      ])
  }

  /// Weights, and values that a forward pass of one image keeps.
  private func size(elementShape: [Int], classes: Int) -> (weights: Double, values: Double) {
    var weights = 0.0
    var values = Double(elementShape.reduce(1, *))
    var width = values
    let hidden: [Int]
    switch self {
    case .mlp(let mlp): hidden = mlp.hidden
    case .cnn(let cnn):
      hidden = cnn.dense.hidden
      var (channels, side) = (Double(elementShape[2]), elementShape[0])
      for next in cnn.channels {
        weights += channels * Double(next) * Double(cnn.kernel * cnn.kernel)
        channels = Double(next)
        values += Double(side * side) * channels
        if cnn.pooling != .none { side /= 2 }
      }
      width = Double(side * side) * channels
    }
    for next in hidden + [classes] {
      weights += width * Double(next)
      width = Double(next)
      values += width
    }
    return (weights, values)
  }
}
