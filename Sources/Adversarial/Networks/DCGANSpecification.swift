import TandemLayers
import TandemTensors

/// The deep convolutional GAN by the channels of its hidden images (Radford, Metz and Chintala
/// 2015).
///
/// The generator makes an image of 4x4 pixels from the latent vector and doubles it with each
/// further layer; the discriminator mirrors it. Kernels are 4x4 with stride 2, weights start from
/// N(0, 0.02^2); batch normalisation stands everywhere but at the generator's end and at the
/// discriminator's start and end.
public struct DCGANSpecification: Sendable, Equatable {
  /// Channels of the hidden images in the order in which the network makes them.
  public var channels: [Int]

  /// A network with the given hidden channels.
  public init(channels: [Int]) { self.channels = channels }

  /// Pixels along a side of the images: 4, doubled for each hidden image.
  public var imageSize: Int { 4 << channels.count }

  /// Latent vectors `[n, latentSize]` to images `[n, imageSize, imageSize, imageChannels]` in
  /// -1...1.
  public func generator(
    latentSize: Int, imageChannels: Int, _ random: inout RandomStream
  ) -> Sequential {
    var layers: [any Layer] = [Reshape([1, 1, latentSize])]
    var width = latentSize
    for (index, next) in channels.enumerated() {
      layers.append(
        ConvTranspose2D(
          width, next, kernel: 4, stride: index == 0 ? 1 : 2, padding: index == 0 ? 0 : 1,
          bias: false, weights: .dcgan, random: &random))
      layers.append(BatchNorm(next, scales: .dcganScale, random: &random))
      layers.append(Activation.relu)
      width = next
    }
    layers.append(
      ConvTranspose2D(
        width, imageChannels, kernel: 4, stride: 2, padding: 1, bias: false, weights: .dcgan,
        random: &random))
    layers.append(Activation.tanh)
    return Sequential(layers)
  }

  /// Images `[n, imageSize, imageSize, imageChannels]` to logits `[n, 1]`.
  public func discriminator(imageChannels: Int, _ random: inout RandomStream) -> Sequential {
    var layers: [any Layer] = []
    var width = imageChannels
    for (index, next) in channels.enumerated() {
      layers.append(
        Conv2D(
          width, next, kernel: 4, stride: 2, padding: 1, bias: false, weights: .dcgan,
          random: &random))
      if index > 0 { layers.append(BatchNorm(next, scales: .dcganScale, random: &random)) }
      layers.append(Activation.leakyReLU(0.2))
      width = next
    }
    layers.append(
      Conv2D(width, 1, kernel: 4, bias: false, weights: .dcgan, random: &random))
    layers.append(Flatten())
    return Sequential(layers)
  }
}
