import TandemLayers
import TandemTensors

/// Predicts the gradient of an example's loss by the output of a module: `[n] + shape` to the same.
///
/// Vectors go through linear layers, images through a 3x3 convolution and a 1x1 one, with a ReLU
/// between the two. The classes, where they are given, are further numbers of the input: one for
/// each class, 1 for the example's own and 0 for the others, the same at every pixel.
public struct GradientPredictor: Layer {
  /// What makes a prediction of the module's output with the classes behind it.
  public var network: Sequential
  /// Numbers that the classes take; 0 where they are not given.
  public let classes: Int

  /// A predictor for outputs of the given shape; `hidden` 0 makes it a linear function.
  init(shape: [Int], hidden: Int, classes: Int, _ random: inout RandomStream) {
    self.classes = classes
    let width = shape[shape.count - 1]
    let input = width + classes
    func layer(_ from: Int, _ to: Int, kernel: Int, _ weights: Initializer) -> any Layer {
      shape.count == 1
        ? Linear(from, to, weights: weights, biases: .zeros, random: &random) as any Layer
        : Conv2D(
          from, to, kernel: kernel, padding: kernel / 2, weights: weights, biases: .zeros,
          random: &random)
    }
    network =
      hidden == 0
      ? Sequential([layer(input, width, kernel: 3, .zeros)])
      : Sequential([
        layer(input, hidden, kernel: 3, .kaiming()), Activation.relu,
        layer(hidden, width, kernel: 1, .zeros),
      ])
  }

  /// The prediction for outputs whose examples have the given classes.
  func callAsFunction(_ output: Tensor, labels: Tensor) -> Tensor {
    guard classes > 0 else { return network(output) }
    let count = labels.count
    let numbers = Tensor((0..<classes).map(Double.init), [classes], output.dtype)
    let isLabel = numbers.equal(labels.converted(to: output.dtype).reshaped(to: [count, 1]))
    let inner = [Int](repeating: 1, count: output.rank - 2)
    let extents = Array(output.shape.dropLast()) + [classes]
    let planes = isLabel.reshaped(to: [count] + inner + [classes]).broadcast(to: Shape(extents))
    return network(.concatenate([output, planes], axis: output.rank - 1))
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { network(x, &pass) }

  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }

  public func operations(input: Shape) -> Int { network.operations(input: input) }
}
