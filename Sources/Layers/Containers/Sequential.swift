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
/// has to be kept for the gradient twice; the result is the same. A layer that stands in the list
/// twice is two layers, which are alike only at the start.
public struct Sequential: Layer {
  private var stored: [any Layer]

  /// The layers in the order of their use.
  public var layers: [any Layer] {
    get { stored }
    set {
      stored = newValue
      separateBuffers()
    }
  }

  /// The given layers one behind the other.
  public init(_ layers: [any Layer]) {
    stored = layers
    separateBuffers()
  }

  /// The listed layers one behind the other.
  public init(@LayerBuilder _ layers: () throws -> [any Layer]) rethrows {
    self.init(try layers())
  }

  /// The first layer with parameters decides: those in front take what comes.
  public var takesIndices: Bool {
    stored.first { $0.takesIndices || !$0.parameters.isEmpty }?.takesIndices ?? false
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var x = x
    var index = 0
    while index < stored.count {
      if let (layer, activation) = fusion(at: index) {
        x = layer(x, &pass, then: activation)
        index += 2
      } else {
        x = stored[index](x, &pass)
        index += 1
      }
    }
    return x
  }

  /// The layer at `index` and the activation behind it, where one kernel can do both.
  private func fusion(at index: Int) -> (any ActivationFusing, UnaryFunction)? {
    guard index + 1 < stored.count, let activation = stored[index + 1] as? Activation,
      activation.function.derivativeReadsOutput, let layer = stored[index] as? any ActivationFusing
    else { return nil }
    return (layer, activation.function)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    for index in stored.indices { walker.child("\(index)", existential: &stored[index]) }
  }

  public var description: String { "Sequential of \(stored.count)" }

  public func operations(input: Shape) -> Int {
    parts(example(input: input)).reduce(0) { $0 + $1.summary.operations }
  }

  public func summary(_ x: Tensor) -> LayerSummary { summaryOfWhole(x, parts: parts(x)) }

  /// The layers' summaries for a batch such as `x`.
  private func parts(_ x: Tensor) -> [(name: String, summary: LayerSummary)] {
    var parts: [(name: String, summary: LayerSummary)] = []
    var example = x
    for (index, layer) in stored.enumerated() {
      let summary = layer.summary(example)
      parts.append(("\(index)", summary))
      example = Tensor(zeros: summary.output, summary.outputType)
    }
    return parts
  }
}

/// Collects the layers of a `Sequential`; `if`, `for` and arrays of layers can be used.
@resultBuilder
public enum LayerBuilder {
  /// A layer in the list.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// An array of layers in the list.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// What a block lists, in its order.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// What an `if` without `else` lists.
  public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }
  /// What an `if` lists.
  public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }
  /// What an `else` lists.
  public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }
  /// What a `for` lists, pass by pass.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
