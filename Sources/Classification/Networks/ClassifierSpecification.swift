import TandemLayers
import TandemTensors

/// A classifier by its numbers.
public enum ClassifierSpecification: Sendable, Equatable {
  /// A fully connected network.
  case mlp(MLPClassifierSpecification)
  /// A convolutional network.
  case cnn(CNNClassifierSpecification)

  /// A network with its first weights, from images `[n] + elementShape` to logits `[n, classes]`.
  public func classifier(
    elementShape: [Int], classes: Int, _ random: inout RandomStream
  ) -> Classifier {
    switch self {
    case .mlp(let mlp):
      mlp.classifier(elementShape: elementShape, classes: classes, &random)
    case .cnn(let cnn):
      cnn.classifier(elementShape: elementShape, classes: classes, &random)
    }
  }
}

/// What follows the hidden layers of a classifier.
public enum ClassifierActivation: String, Sendable, CaseIterable, Codable {
  /// By these names in a configuration; the leaky one has slope 0.2.
  case relu, leakyReLU, tanh, sigmoid, silu, gelu

  /// The layer.
  var layer: Activation {
    switch self {
    case .relu: .relu
    case .leakyReLU: .leakyReLU(0.2)
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .silu: .silu
    case .gelu: .gelu
    }
  }

  /// Where weights start: variances of He et al. (2015) for rectifiers, so that activations keep
  /// their size from layer to layer; of Glorot and Bengio (2010) for saturating functions.
  var weights: Initializer {
    switch self {
    case .relu, .silu, .gelu: .kaiming()
    case .leakyReLU: .kaiming(slope: 0.2)
    case .tanh, .sigmoid: .xavier()
    }
  }
}

/// A fully connected classifier by the widths of its hidden layers: each is a module.
public struct MLPClassifierSpecification: Sendable, Equatable {
  /// Widths of the hidden layers.
  public var hidden: [Int]
  /// What follows each hidden layer.
  public var activation: ClassifierActivation
  /// Whether a batch normalisation stands before each activation.
  public var batchNorm: Bool
  /// Share of each hidden layer's values that training drops.
  public var dropout: Double

  /// A network of the given hidden widths.
  public init(
    hidden: [Int], activation: ClassifierActivation = .relu, batchNorm: Bool = false,
    dropout: Double = 0
  ) {
    self.hidden = hidden
    self.activation = activation
    self.batchNorm = batchNorm
    self.dropout = dropout
  }

  func classifier(
    elementShape: [Int], classes: Int, _ random: inout RandomStream
  ) -> Classifier {
    var modules: [[any Layer]] = []
    var width = elementShape.reduce(1, *)
    for next in hidden {
      modules.append(denseModule(from: width, to: next, &random))
      width = next
    }
    modules.append([Linear(width, classes, random: &random)])
    modules[0].insert(Flatten(), at: 0)
    return Classifier(modules: modules)
  }

  /// A hidden layer with what follows it.
  func denseModule(
    from width: Int, to next: Int, _ random: inout RandomStream
  ) -> [any Layer] {
    let linear = Linear(
      width, next, bias: !batchNorm, weights: activation.weights, biases: .zeros, random: &random)
    var layers: [any Layer] = [linear]
    if batchNorm { layers.append(BatchNorm(next)) }
    layers.append(activation.layer)
    if dropout > 0 { layers.append(Dropout(dropout)) }
    return layers
  }
}

/// A convolutional classifier: convolutions that keep the image's size, each with an activation and
/// a pooling and so a module, then hidden layers as of a fully connected one.
public struct CNNClassifierSpecification: Sendable, Equatable {
  /// How images become smaller behind a convolution.
  public enum Pooling: String, Sendable, CaseIterable, Codable {
    /// The greatest of every 2x2 pixels.
    case max
    /// The mean of every 2x2 pixels.
    case average
    /// Images keep their size.
    case none
  }

  /// Channels of each convolution.
  public var channels: [Int]
  /// Pixels along a side of the kernels; odd.
  public var kernel: Int
  /// What follows each convolution's activation.
  public var pooling: Pooling
  /// The fully connected part: its hidden widths, and what convolutions share with it, the
  /// activation and whether there is batch normalisation. Its dropout is of the fully connected
  /// part alone.
  public var dense: MLPClassifierSpecification

  /// A network of the given convolutions and hidden layers.
  public init(
    channels: [Int], kernel: Int = 3, pooling: Pooling = .max, dense: MLPClassifierSpecification
  ) {
    self.channels = channels
    self.kernel = kernel
    self.pooling = pooling
    self.dense = dense
  }

  /// Pixels along a side behind the convolutions of an image with `size` along a side; 0 where
  /// there are none left.
  public func side(of size: Int) -> Int {
    pooling == .none ? size : channels.reduce(size) { side, _ in side / 2 }
  }

  func classifier(
    elementShape: [Int], classes: Int, _ random: inout RandomStream
  ) -> Classifier {
    var modules: [[any Layer]] = []
    var width = elementShape[2]
    for next in channels {
      modules.append(convolution(from: width, to: next, &random))
      width = next
    }
    width *= side(of: elementShape[0]) * side(of: elementShape[1])
    let first = modules.count
    for next in dense.hidden {
      modules.append(dense.denseModule(from: width, to: next, &random))
      width = next
    }
    modules.append([Linear(width, classes, random: &random)])
    modules[first].insert(Flatten(), at: 0)
    return Classifier(modules: modules)
  }

  private func convolution(
    from width: Int, to next: Int, _ random: inout RandomStream
  ) -> [any Layer] {
    let convolution = Conv2D(
      width, next, kernel: kernel, padding: kernel / 2, bias: !dense.batchNorm,
      weights: dense.activation.weights, biases: .zeros, random: &random)
    var layers: [any Layer] = [convolution]
    if dense.batchNorm { layers.append(BatchNorm(next)) }
    layers.append(dense.activation.layer)
    switch pooling {
    case .max: layers.append(MaxPool2D(2))
    case .average: layers.append(AveragePool2D(2))
    case .none: break
    }
    return layers
  }
}
