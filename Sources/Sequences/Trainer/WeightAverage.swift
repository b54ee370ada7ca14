import TandemLayers
import TandemTensors

/// The mean of a model's parameters over its last steps.
///
/// After `count` models `average = (w_1 + ... + w_count) / count`, kept up in place by
/// `average += (w - average) / count` (Polyak and Juditsky 1992).
public struct WeightAverage<Model: Layer>: Sendable {
  /// The model with averaged parameters; what is not trained is the last model's.
  public private(set) var model: Model
  /// Models averaged.
  public private(set) var count: Int

  /// The average of one model.
  public init(of model: Model) {
    self.model = model
    count = 1
  }

  /// Takes one more model into the average.
  public mutating func add(_ current: Model) {
    let sources = current.state
    count += 1
    let decay = 1 - 1 / Double(count)
    var index = 0
    model.walk { _, tensor, role in
      require(
        index < sources.count && sources[index].tensor.shape == tensor.shape,
        "weight average: the models differ in their tensors")
      let source = sources[index].tensor
      index += 1
      guard role == .parameter else {
        tensor = source
        return
      }
      if let kernels = tensor.dtype.backend.fused {
        kernels.average(&tensor, toward: source, decay: decay)
      } else {
        tensor = tensor.detached + (source - tensor.detached) * (1 - decay)
      }
    }
    require(index == sources.count, "weight average: the models differ in their tensors")
  }

  /// Takes over the average of `count` models: the tensors of its `model` by name.
  ///
  /// - Throws: `StateMismatch` with all that does not fit; the average is as it was then.
  public mutating func load(_ tensors: [String: Tensor], count: Int) throws(StateMismatch) {
    try model.load(tensors)
    self.count = count
  }
}
