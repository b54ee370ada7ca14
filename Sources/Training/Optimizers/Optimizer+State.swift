import TandemLayers
import TandemTensors

extension Optimizer {
  /// What the rule keeps for the parameters, named `<parameter>/<moment>`; with `step` it is all
  /// that a checkpoint needs to go on to the bit.
  ///
  /// The moments are `velocity` (SGD with momentum), `moment2` (RMSprop) and `moment1`, `moment2`
  /// (Adam), in the parameter's shape. Before the first step there are none.
  public var state: [(name: String, tensor: Tensor)] {
    zip(names, moments).flatMap { name, moments in
      zip(rule.momentNames, moments).map { ("\(name)/\($0)", $1) }
    }
  }

  /// Takes over the state of an optimizer with the same rule after `step` steps of this model.
  ///
  /// - Throws: `OptimizerStateMismatch` with all that does not fit; the optimizer is as it was
  ///   then.
  public mutating func load(
    _ tensors: [String: Tensor], step: Int, for model: some Layer
  ) throws(OptimizerStateMismatch) {
    var problems: [String] = []
    if step < 0 { problems.append("the step is \(step)") }
    var unused = Set(tensors.keys)
    var loaded: [[Tensor]] = []
    let (names, parameters) = (model.parameterNames, model.parameters)
    for (name, parameter) in zip(names, parameters) where step > 0 {
      loaded.append([])
      for moment in rule.momentNames {
        let key = "\(name)/\(moment)"
        unused.remove(key)
        guard let tensor = tensors[key] else {
          problems.append("'\(key)' is missing")
          continue
        }
        guard tensor.shape == parameter.shape else {
          problems.append("'\(key)' has shape \(tensor.shape), not \(parameter.shape)")
          continue
        }
        loaded[loaded.count - 1].append(tensor.detached.converted(to: parameter.momentType))
      }
    }
    problems += unused.sorted().map {
      step > 0 ? "'\($0)' is not kept by this optimizer" : "'\($0)' is there before the first step"
    }
    guard problems.isEmpty else { throw OptimizerStateMismatch(problems: problems) }
    self.step = step
    self.names = step > 0 ? names : []
    moments = loaded
  }
}

/// A stored state that does not fit an optimizer and its model.
public struct OptimizerStateMismatch: Error, Sendable, CustomStringConvertible {
  /// What does not fit, tensor by tensor.
  public let problems: [String]

  public var description: String {
    "the stored state does not fit the optimizer: " + problems.joined(separator: "; ")
  }
}
