import TandemLayers
import TandemTensors

/// A fully connected network by the widths of its hidden layers.
///
/// As a generator it ends without an activation for points, with tanh for images (whose pixels
/// are in -1...1); as a discriminator it ends in one logit.
public struct MLPSpecification: Sendable, Equatable {
  /// What follows each hidden layer.
  public enum Activation: String, Sendable, CaseIterable, Codable {
    /// By these names in a configuration; the leaky one has slope 0.2.
    case relu, leakyReLU, tanh, silu, gelu, maxout
  }

  /// Widths of the hidden layers.
  public var hidden: [Int]
  /// What follows each hidden layer.
  public var activation: Activation
  /// Pieces of each maxout unit; read for `maxout` alone.
  public var pieces: Int
  /// Whether a batch normalisation stands before each activation.
  public var batchNorm: Bool
  /// Share of each hidden layer's values that training drops.
  public var dropout: Double

  /// A network of the given hidden widths.
  public init(
    hidden: [Int], activation: Activation, pieces: Int = 5, batchNorm: Bool = false,
    dropout: Double = 0
  ) {
    self.hidden = hidden
    self.activation = activation
    self.pieces = pieces
    self.batchNorm = batchNorm
    self.dropout = dropout
  }

  /// `[n, latentSize]` to `[n] + elementShape`.
  public func generator(
    latentSize: Int, elementShape: [Int], _ random: inout RandomStream
  ) -> Sequential {
    let isImage = elementShape.count > 1
    let size = elementShape.reduce(1, *)
    return Sequential {
      hiddenLayers(from: latentSize, &random)
      Linear(hidden.last ?? latentSize, size, random: &random)
      if isImage {
        TandemLayers.Activation.tanh
        Reshape(Shape(elementShape))
      }
    }
  }

  /// `[n] + elementShape` to logits `[n, 1]`.
  public func discriminator(elementShape: [Int], _ random: inout RandomStream) -> Sequential {
    let size = elementShape.reduce(1, *)
    return Sequential {
      if elementShape.count > 1 { Flatten() }
      hiddenLayers(from: size, &random)
      Linear(hidden.last ?? size, 1, random: &random)
    }
  }

  private func hiddenLayers(from size: Int, _ random: inout RandomStream) -> [any Layer] {
    var layers: [any Layer] = []
    var width = size
    for next in hidden {
      switch activation {
      case .maxout: layers.append(Linear(width, next * pieces, random: &random))
      default: layers.append(Linear(width, next, bias: !batchNorm, random: &random))
      }
      // Maxout takes the greatest of its pieces first, so it is normalised after.
      if activation == .maxout { layers.append(Maxout(pieces: pieces)) }
      if batchNorm { layers.append(BatchNorm(next)) }
      if let function { layers.append(TandemLayers.Activation(function)) }
      if dropout > 0 { layers.append(Dropout(dropout)) }
      width = next
    }
    return layers
  }

  private var function: UnaryFunction? {
    switch activation {
    case .relu: .relu
    case .leakyReLU: .leakyReLU(slope: 0.2)
    case .tanh: .tanh
    case .silu: .silu
    case .gelu: .gelu
    case .maxout: nil
    }
  }
}
