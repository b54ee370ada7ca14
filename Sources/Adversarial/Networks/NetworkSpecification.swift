import TandemLayers
import TandemTensors

/// A network by its numbers, for either side of the game.
public enum NetworkSpecification: Sendable {
  /// A fully connected network.
  case mlp(MLPSpecification)
  /// A deep convolutional GAN's.
  case dcgan(DCGANSpecification)

  /// A generator from latent vectors `[n, latentSize]` to samples `[n] + elementShape`.
  public func generator(latentSize: Int, elementShape: [Int], _ random: inout RandomStream)
    -> Sequential
  {
    switch self {
    case .mlp(let mlp):
      mlp.generator(latentSize: latentSize, elementShape: elementShape, &random)
    case .dcgan(let dcgan):
      dcgan.generator(latentSize: latentSize, imageChannels: elementShape[2], &random)
    }
  }

  /// A discriminator from samples `[n] + elementShape` to logits `[n, 1]`.
  public func discriminator(elementShape: [Int], _ random: inout RandomStream) -> Sequential {
    switch self {
    case .mlp(let mlp): mlp.discriminator(elementShape: elementShape, &random)
    case .dcgan(let dcgan): dcgan.discriminator(imageChannels: elementShape[2], &random)
    }
  }
}
