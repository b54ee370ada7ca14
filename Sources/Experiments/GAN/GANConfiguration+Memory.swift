import TandemAdversarial

extension GANConfiguration {
  /// The memory that the networks, a batch and a sample sheet take at least.
  public var memory: MemoryEstimate {
    let shape = data.elementShape
    let element = Double(shape.reduce(1, *))
    let latent = Double(latentSize)
    let generator = generator.network.size(
      from: latent, to: element, imageChannels: shape.last ?? 1)
    let discriminator = discriminator.network.size(
      from: element, to: 1, imageChannels: shape.last ?? 1)
    let float = 4.0
    return MemoryEstimate(
      lasting: [
        // Beside a weight stands its gradient, or what an optimizer keeps for it.
        .init(
          key: "generator.network", name: "the networks",
          bytes: 2 * float * (generator.weights + discriminator.weights))
      ],
      passing: [
        // The discriminator sees real and generated samples; three batches are read ahead or in
        // use.
        .init(
          key: "training.batchSize", name: "a batch",
          bytes: float * Double(batchSize)
            * (latent + generator.values + 2 * discriminator.values + 3 * element)),
        .init(
          key: "samples.count", name: "a sample sheet",
          bytes: float * Double(samples.count) * (latent + generator.widest + element)),
      ])
  }
}

/// A network's size in numbers: floating-point, since products of hostile widths overflow integers.
private struct NetworkSize {
  /// Weights.
  var weights = 0.0
  /// Values that a forward pass of one sample keeps.
  var values = 0.0
  /// Values of its widest layer.
  var widest = 0.0

  mutating func add(weights: Double, values: Double) {
    self.weights += weights
    self.values += values
    widest = max(widest, values)
  }
}

extension NetworkSpecification {
  fileprivate func size(from input: Double, to output: Double, imageChannels: Int) -> NetworkSize {
    var size = NetworkSize()
    switch self {
    case .mlp(let mlp):
      var width = input
      for hidden in mlp.hidden {
        let next = Double(hidden) * Double(mlp.pieces)
        size.add(weights: width * next, values: next)
        width = Double(hidden)
      }
      size.add(weights: width * output, values: output)
    case .dcgan(let dcgan):
      let isGenerator = output > 1
      var width = isGenerator ? input : Double(imageChannels)
      // Each hidden image is twice as wide and high as the one nearer to the latent vector.
      var side = isGenerator ? 4.0 : Double(dcgan.imageSize) / 2
      for channels in dcgan.channels {
        let next = Double(channels)
        size.add(weights: 16 * width * next, values: side * side * next)
        width = next
        side *= isGenerator ? 2 : 0.5
      }
      size.add(weights: 16 * width * (isGenerator ? Double(imageChannels) : 1), values: output)
    }
    return size
  }
}
