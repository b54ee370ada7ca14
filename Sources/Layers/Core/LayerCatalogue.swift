import TandemTensors

/// Every layer there is, in small cases for gradient checks: `tandem gradcheck` and the tests run
/// over them. A test compares the list with the conformances in the sources.
public enum LayerCatalogue {
  /// A layer with float64 parameters and a batch for it.
  public struct Case: Sendable {
    /// The layer's type and what is special about the case.
    public let name: String
    public let layer: any Layer
    public let input: Tensor

    init(_ name: String, _ layer: any Layer, _ input: Tensor) {
      self.name = name
      self.layer = layer.converted(to: .float64)
      self.input = input
    }

    /// The input and the parameters, with names: the arguments of `output`.
    public var arguments: (tensors: [Tensor], names: [String]) {
      ([input] + layer.parameters, ["input"] + layer.parameterNames)
    }

    /// The layer's output in training, as a function of input and parameters.
    public func output(_ arguments: [Tensor]) -> Tensor {
      // The same stream every time, so that a dropout mask stays what it is.
      var pass = Pass.training(RandomStream(seed: 1, name: "gradient check"))
      return layer.with(parameters: Array(arguments.dropFirst()))(arguments[0], &pass)
    }
  }

  /// The cases, in the order of the layers' folders.
  public static var cases: [Case] {
    var random = RandomStream(seed: 7, name: "layer catalogue")
    let rows = random.normal([3, 4], .float64)
    let image = random.normal([2, 5, 5, 4], .float64)
    func scaled<L: Layer>(_ layer: L) -> L {
      // Scales of one and shifts of zero would hide a gradient that forgets them.
      var copy = layer
      copy.walk { _, tensor, role in
        if role == .parameter { tensor = tensor + random.uniform(tensor.shape, in: -0.4..<0.4) }
      }
      return copy
    }
    let activations: [Activation] = [
      .relu, .leakyReLU(0.2), .tanh, .sigmoid, .softplus, .gelu, .silu,
    ]
    return activations.map { Case("Activation \($0.function)", $0, rows) } + [
      Case("Softmax", Softmax(), rows), Case("Softmax, logarithm", Softmax(logarithm: true), rows),
      Case(
        "Sequential",
        Sequential {
          Conv2D(4, 6, kernel: 3, stride: 2, padding: 1, bias: false, random: &random)
          BatchNorm(6)
          Activation.leakyReLU(0.2)
          Flatten()
          Linear(54, 3, random: &random)
          Activation.tanh
        }, image),
      Case("Conv2D", Conv2D(4, 3, kernel: 3, stride: 2, padding: 1, random: &random), image),
      Case(
        "Conv2D in groups, dilated",
        Conv2D(4, 4, kernel: 2, dilation: 2, groups: 2, bias: false, random: &random), image),
      Case(
        "Conv2D, oblong",
        Conv2D(
          4, 3, kernel: .init(3, 2), stride: .init(1, 2), padding: .init(0, 1),
          dilation: .init(2, 1), random: &random), image),
      Case(
        "ConvTranspose2D",
        ConvTranspose2D(4, 3, kernel: 4, stride: 2, padding: 1, random: &random), image),
      Case(
        "ConvTranspose2D with output padding",
        ConvTranspose2D(4, 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1, random: &random),
        image),
      Case(
        "ConvTranspose2D in groups, oblong",
        ConvTranspose2D(
          4, 2, kernel: .init(2, 3), stride: .init(2, 3), padding: .init(1, 0),
          outputPadding: .init(1, 2), dilation: .init(1, 2), groups: 2, bias: false,
          random: &random), image),
      Case("Embedding", Embedding(5, 3, random: &random), Tensor(indices: [0, 3, 3, 1], [2, 2])),
      Case("Linear", Linear(4, 5, random: &random), rows),
      Case("Linear without bias", Linear(4, 2, bias: false, random: &random), image),
      Case("Maxout", Maxout(pieces: 2), rows), Case("BatchNorm", scaled(BatchNorm(4)), image),
      Case("BatchNorm of rows", scaled(BatchNorm(4)), rows),
      Case("GroupNorm", scaled(GroupNorm(groups: 2, 4)), image),
      Case("InstanceNorm", InstanceNorm(4), image),
      Case("InstanceNorm, affine", scaled(InstanceNorm(4, isAffine: true)), image),
      Case("LayerNorm", scaled(LayerNorm(4)), rows),
      Case("LayerNorm over two axes", scaled(LayerNorm([5, 4])), image),
      Case("MaxPool2D", MaxPool2D(2), image),
      Case("MaxPool2D, padded", MaxPool2D(3, stride: 2, padding: 1), image),
      Case("AveragePool2D", AveragePool2D(2), image),
      Case(
        "AveragePool2D, padded",
        AveragePool2D(3, stride: 1, padding: 1, countsPadding: false), image),
      Case("Upsample", Upsample(), image),
      Case("Upsample, bilinear", Upsample(2, .bilinear), image),
      Case("Dropout", Dropout(0.4), image), Case("Flatten", Flatten(), image),
      Case("Reshape", Reshape([2, 2]), rows),
      Case("LockedDropout", LockedDropout(0.4), random.normal([3, 2, 4], .float64)),
      Case(
        "Embedding with rows dropped", Embedding(5, 3, dropout: 0.4, random: &random),
        Tensor(indices: [0, 3, 3, 1], [2, 2])),
    ] + recurrentCases(&random) + attentionCases(&random)
  }
}

extension Layer {
  /// This model with other parameters, given in the order of the walk.
  public func with(parameters: [Tensor]) -> Self {
    var copy = self
    var rest = parameters[...]
    copy.walk { path, tensor, role in
      guard role == .parameter else { return }
      require(!rest.isEmpty, "with(parameters:): none is left for '\(path.description)'")
      tensor = rest.removeFirst()
    }
    require(rest.isEmpty, "with(parameters:): \(rest.count) parameters too many")
    return copy
  }
}
