import TandemAdversarial
import TandemRuns
import TandemTraining

/// The `generator` or `discriminator` section: a network and how it is trained.
public struct NetworkConfiguration: Sendable {
  /// Which side of the game a network is on.
  public enum Side: Sendable {
    /// The one that makes samples.
    case generator
    /// The one that judges them.
    case discriminator
  }

  /// The network's kind and sizes.
  public var network: NetworkSpecification
  /// How it is trained.
  public var optimizer: OptimizerConfiguration

  private enum Kind: String, CaseIterable {
    case mlp, dcgan
  }

  /// Reads the section; `data` are nil where they could not be read.
  init(_ section: inout ConfigurationReader, of side: Side, _ data: DataConfiguration?) {
    network = section.section("network") { section in
      switch section.kind(from: Kind.self) {
      case .mlp: NetworkConfiguration.mlp(&section, of: side)
      case .dcgan: NetworkConfiguration.dcgan(&section, of: side, data)
      }
    }
    optimizer = section.section("optimizer") {
      OptimizerConfiguration(&$0, learningRate: 2e-4, beta1: 0.5, validation: nil)
    }
  }

  private static func mlp(
    _ section: inout ConfigurationReader, of side: Side
  ) -> NetworkSpecification {
    let hidden = section.integers("hidden", default: [128, 128], in: 1...65536, count: 1...100)
    let activation = section.choice(
      "activation", from: MLPSpecification.Activation.self,
      default: side == .generator ? .relu : .leakyReLU)
    return .mlp(
      MLPSpecification(
        hidden: hidden, activation: activation,
        pieces: activation == .maxout ? section.integer("pieces", default: 5, in: 2...64) : 1,
        batchNorm: section.flag("batchNorm", default: false),
        dropout: section.number("dropout", default: 0, in: 0..<1)))
  }

  private static func dcgan(
    _ section: inout ConfigurationReader, of side: Side, _ data: DataConfiguration?
  ) -> NetworkSpecification {
    let usual = side == .generator ? [256, 128, 64] : [64, 128, 256]
    let channels = section.integers("channels", default: usual, in: 1...65536, count: 1...8)
    let specification = DCGANSpecification(channels: channels)
    if let data, !data.isImage {
      section.problem(at: "kind", "a dcgan needs images, but the data are points; use mlp")
    } else if let size = data?.imageSize, size != specification.imageSize {
      section.problem(
        at: "channels",
        """
        \(channels.count) layers make images of \(specification.imageSize) pixels a side \
        (4 doubled by each), but data.size is \(size)
        """)
    }
    return .dcgan(specification)
  }
}
