import TandemLayers
import TandemTensors
import TandemTraining

/// Two dense layers without bias, one nested in the other's model, and a running statistic.
struct TestModel: Layer {
  struct Inner: Layer {
    var weight: Tensor
    var runningMean: Tensor

    func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { x * weight }

    mutating func walk(_ walker: inout ParameterWalker) {
      walker.parameter("weight", &weight)
      walker.buffer("running_mean", &runningMean)
    }
  }

  var inner: Inner
  var bias: Tensor

  /// Parameters drawn from `seed`: `inner.weight` `[3, 4]`, `bias` `[4]`.
  init(seed: UInt64, _ dtype: DType = .float64) {
    var random = RandomStream(seed: seed, name: "init")
    inner = Inner(
      weight: random.normal([3, 4], dtype), runningMean: Tensor(zeros: [4], dtype))
    bias = random.normal([4], dtype)
  }

  func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { inner(x, &pass) + bias }

  mutating func walk(_ walker: inout ParameterWalker) {
    walker.child("inner", &inner)
    walker.parameter("bias", &bias)
  }

  /// The values of all tensors, for comparison to the bit.
  var bits: [[UInt64]] { state.map { $0.tensor.values.map(\.bitPattern) } }
}

/// A model that is one tensor.
struct SingleParameter: Layer {
  var weight: Tensor

  func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { x * weight }

  mutating func walk(_ walker: inout ParameterWalker) { walker.parameter("weight", &weight) }
}

/// A model of two tensors.
struct TwoParameters: Layer {
  var first: Tensor
  var second: Tensor

  /// The second parameter is zero, in the first's type.
  init(first: Tensor, second: Shape) {
    self.first = first
    self.second = Tensor(zeros: second, first.dtype)
  }

  func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { x * first }

  mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("first", &first)
    walker.parameter("second", &second)
  }
}

/// Optimizers with every rule and setting, by name.
func everyOptimizer() throws -> KeyValuePairs<String, Optimizer> {
  try [
    "sgd": .sgd(learningRate: 0.1),
    "sgd, decay": .sgd(learningRate: 0.1, weightDecay: 0.1),
    "momentum": .sgd(learningRate: 0.1, momentum: 0.9),
    "nesterov": .sgd(learningRate: 0.1, momentum: 0.8, nesterov: true, weightDecay: 0.05),
    "rmsProp": .rmsProp(learningRate: 0.03, smoothing: 0.9),
    "adam": .adam(learningRate: 0.05, beta1: 0.5),
    "adam, norm": .adam(learningRate: 0.05, weightDecay: 0.1, clipping: .globalNorm(0.5)),
    "adam, value": .adam(learningRate: 0.05, beta1: 0, beta2: 0.9, clipping: .value(0.2)),
    "adamW": .adamW(learningRate: 0.05, weightDecay: 0.3),
  ]
}

/// Gradients for the parameters of `model`, other ones for each step.
func gradients(of model: some Layer, step: Int) -> [Tensor] {
  var random = RandomStream(seed: UInt64(step), name: "gradients")
  return model.parameters.map { random.normal($0.shape, $0.dtype) }
}

extension Optimizer {
  /// The elements of all moments.
  var momentValues: [[Double]] { state.map { $0.tensor.values } }
}
