import TandemLayers
import TandemTensors

/// A network from images to logits, cut into modules: `[n, height, width, channels]` to
/// `[n, classes]`.
///
/// A module is a run of layers that ends behind an activation, the last one behind the logits. The
/// cuts are where learning rules other than backpropagation work: a synthetic gradient stands in
/// for the true one there, and a layer of predictive coding's nodes lies there. Parameters have the
/// names of the whole network's layers: `1.weight`.
public struct Classifier: Layer {
  /// The modules' layers one behind the other.
  public var network: Sequential
  /// The places of each module's layers in the network.
  public let modules: [Range<Int>]

  /// A network of the given modules.
  public init(modules: [[any Layer]]) {
    require(!modules.isEmpty, "a classifier needs a module")
    network = Sequential(modules.flatMap { $0 })
    var start = 0
    self.modules = modules.map { layers in
      defer { start += layers.count }
      return start..<(start + layers.count)
    }
  }

  /// A module's layers, sharing the network's tensors.
  public func module(_ index: Int) -> Sequential {
    Sequential(Array(network.layers[modules[index]]))
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { network(x, &pass) }

  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }

  public var description: String { "Classifier of \(modules.count) modules" }

  public func operations(input: Shape) -> Int { network.operations(input: input) }

  public func summary(_ x: Tensor) -> LayerSummary { network.summary(x) }
}
