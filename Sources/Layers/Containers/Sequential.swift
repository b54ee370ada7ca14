import TandemTensors

/// Layers one behind the other, each given the output of the one before.
///
///     let discriminator = Sequential {
///       Linear(2, 128, random: &random)
///       Activation.leakyReLU(0.2)
///       Linear(128, 1, random: &random)
///     }
///
/// The layers are named `0`, `1`, … as in PyTorch's `nn.Sequential`, those without parameters
/// counted too. An `Activation` is computed together with the layer in front where that one can
/// (`ActivationFusing`) and the function's derivative is found from its output, so that nothing
/// has to be kept for the gradient twice; the result is the same.
public struct Sequential: Layer {
  public var layers: [any Layer]

  /// The given layers one behind the other.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// The listed layers one behind the other.
  public init(@LayerBuilder _ layers: () throws -> [any Layer]) rethrows {
    self.layers = try layers()
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var x = x
    var index = 0
    while index < layers.count {
      if let (layer, activation) = fusion(at: index) {
        x = layer(x, &pass, then: activation)
        index += 2
      } else {
        x = layers[index](x, &pass)
        index += 1
      }
    }
    return x
  }

  /// The layer at `index` and the activation behind it, where one kernel can do both.
  private func fusion(at index: Int) -> (any ActivationFusing, UnaryFunction)? {
    guard index + 1 < layers.count, let activation = layers[index + 1] as? Activation,
      activation.function.derivativeReadsOutput, let layer = layers[index] as? any ActivationFusing
    else { return nil }
    return (layer, activation.function)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    for index in layers.indices { walker.child("\(index)", existential: &layers[index]) }
  }

  public var description: String { "Sequential of \(layers.count)" }

  public func operations(input: Shape) -> Int {
    summary(Tensor(zeros: input)).operations
  }

  public func summary(_ x: Tensor) -> LayerSummary {
    var parts: [(name: String, summary: LayerSummary)] = []
    var example = x
    for (index, layer) in layers.enumerated() {
      let summary = layer.summary(example)
      parts.append(("\(index)", summary))
      example = Tensor(zeros: summary.output, summary.outputType)
    }
    return summaryOfWhole(x, parts: parts)
  }
}

/// Collects the layers of a `Sequential`; `if`, `for` and arrays of layers can be used.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }
  public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }
  public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
