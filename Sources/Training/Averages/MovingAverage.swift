import TandemLayers
import TandemTensors

/// An exponential moving average of a model's parameters.
///
/// `average += (1 - d) (parameter - average)` after every step, and the same for the running
/// statistics of batch normalisation: those of the model belong to weights that differ from the
/// averaged ones, and would normalise wrongly. Samples of the averaged generator are better than
/// those of any single step (Yazıcı et al. 2019, "The unusual effectiveness of averaging in GAN
/// training").
public struct MovingAverage<Model: Layer>: Sendable {
  /// The model with averaged parameters.
  public private(set) var model: Model
  /// The weight d of the average so far, once warmed up.
  public let decay: Double
  /// Whether the first steps weigh more: after t updates `d = min(decay, (1 + t) / (10 + t))`.
  public let warmsUp: Bool
  /// Updates made.
  public private(set) var updateCount = 0

  /// An average that starts at the parameters of `model`.
  ///
  /// - Throws: `HyperparameterError` unless `0 <= decay < 1`.
  public init(of model: Model, decay: Double, warmsUp: Bool = false) throws(HyperparameterError) {
    try HyperparameterError.check("decay", decay, in: 0..<1)
    self.model = model
    self.decay = decay
    self.warmsUp = warmsUp
  }

  /// The weight d of the average in the next update.
  public var nextDecay: Double {
    warmsUp ? min(decay, (1 + Double(updateCount)) / (10 + Double(updateCount))) : decay
  }

  /// Moves the average toward the parameters and running statistics of `current`, in place, and
  /// takes over its counts.
  public mutating func update(toward current: Model) {
    let sources = current.state
    let decay = nextDecay
    var index = 0
    model.walk { _, tensor, _ in
      require(
        index < sources.count && sources[index].tensor.shape == tensor.shape,
        "moving average: the models differ in their tensors")
      let source = sources[index].tensor
      index += 1
      if tensor.dtype.isFloatingPoint {
        tensor.average(toward: source, decay: decay)
      } else {
        tensor = source
      }
    }
    require(index == sources.count, "moving average: the models differ in their tensors")
    updateCount += 1
  }

  /// Takes over the state of an average after `updateCount` updates: the tensors of its `model`
  /// by name, as `model.state` gives them.
  ///
  /// - Throws: `StateMismatch` with all that does not fit; the average is as it was then.
  public mutating func load(
    _ tensors: [String: Tensor], updateCount: Int
  ) throws(StateMismatch) {
    try model.load(tensors)
    self.updateCount = updateCount
  }
}

extension Tensor {
  /// `self += (1 - decay) (parameter - self)`: by the backend's kernel, else by the definition.
  fileprivate mutating func average(toward parameter: Tensor, decay: Double) {
    if let kernels = dtype.backend.fused {
      kernels.average(&self, toward: parameter, decay: decay)
    } else {
      self = detached + (parameter.detached - detached) * (1 - decay)
    }
  }
}
