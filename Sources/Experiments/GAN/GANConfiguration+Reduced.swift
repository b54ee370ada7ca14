import TandemAdversarial

extension GANConfiguration {
  /// The experiment with the same kinds of layers in the same order, each as small as still shows
  /// every term of its gradient: what central differences can check within seconds.
  ///
  /// Hidden layers have at most 6 units or channels, images of fully connected networks at most
  /// 6 pixels a side, latent vectors at most 4 numbers. A DCGAN has at most two of its hidden
  /// images, and images of 16 pixels: further ones repeat the second.
  func reduced() -> GANConfiguration {
    var copy = self
    copy.latentSize = min(latentSize, 4)
    copy.generator.network = generator.network.reduced()
    copy.discriminator.network = discriminator.network.reduced()
    guard case .images(let source, var size, let fit, let isGrey) = data else { return copy }
    let sizes = [copy.generator.network, copy.discriminator.network].compactMap(\.imageSize)
    size = sizes.first ?? min(size, 6)
    copy.data = .images(source: source, size: size, fit: fit, isGrey: isGrey)
    return copy
  }
}

extension NetworkSpecification {
  /// The size that the network's images must have; nil where it takes any.
  fileprivate var imageSize: Int? {
    if case .dcgan(let dcgan) = self { dcgan.imageSize } else { nil }
  }

  fileprivate func reduced() -> NetworkSpecification {
    switch self {
    case .mlp(var mlp):
      mlp.hidden = mlp.hidden.map { min($0, 6) }
      return .mlp(mlp)
    case .dcgan(var dcgan):
      dcgan.channels = dcgan.channels.prefix(2).map { min($0, 6) }
      return .dcgan(dcgan)
    }
  }
}
