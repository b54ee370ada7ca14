import TandemLayers
import TandemTensors

/// A training pass through a classifier in which every module has a graph of its own: gradients
/// pass from module to module only where a rule hands them on.
struct ModuleTrace {
  /// A module's part of the pass.
  struct Part {
    /// The tracked parameters, in the order of the walk.
    let parameters: [Tensor]
    /// What the module was given; tracked, but for the first one's, which are the data.
    let input: Tensor
    /// What it made of it.
    let output: Tensor
    /// What the module drew its random numbers from.
    let random: RandomStream
  }

  /// The modules in their order.
  private(set) var parts: [Part] = []

  /// Goes through all modules, each given the one before's output as a constant.
  init(_ model: Classifier, _ images: Tensor, _ pass: inout Pass) {
    var x = images
    for index in model.modules.indices {
      let tracked = Tracked(model.module(index))
      let random = pass.random
      if index > 0 { x = x.detached.tracked }
      let output = tracked.model(x, &pass)
      parts.append(
        Part(parameters: tracked.parameters, input: x, output: output, random: random))
      x = output
    }
  }

  /// The logits.
  var logits: Tensor { parts[parts.count - 1].output }

  /// The gradients of `sum(upstream * output)` of one module: by its parameters, and by its input
  /// where that is no data.
  func gradients(
    of module: Int, upstream: Tensor
  ) -> (parameters: [Tensor], input: Tensor?) {
    let part = parts[module]
    guard part.input.isTracked else {
      return (
        part.output.gradients(of: part.parameters, upstream: upstream, keepGraph: true), nil
      )
    }
    var found = part.output.gradients(
      of: part.parameters + [part.input], upstream: upstream, keepGraph: true)
    let input = found.removeLast()
    return (found, input)
  }

  /// The true gradient of a loss whose derivative by the logits is `upstream`, from module to
  /// module: by all parameters, and by each module's input but the first's.
  func trueGradients(upstream: Tensor) -> (parameters: [Tensor], inputs: [Tensor?]) {
    var parameters: [[Tensor]] = []
    var inputs: [Tensor?] = []
    var upstream: Tensor? = upstream
    for module in parts.indices.reversed() {
      guard let arriving = upstream else { break }
      let found = gradients(of: module, upstream: arriving)
      parameters.append(found.parameters)
      inputs.append(found.input)
      upstream = found.input
    }
    return (parameters.reversed().flatMap { $0 }, inputs.reversed())
  }
}

extension ClassificationLoss {
  /// The loss of each example and the derivative of their mean by the logits.
  func withDerivative(_ logits: Tensor, _ labels: Tensor) -> (losses: Tensor, derivative: Tensor) {
    let leaf = logits.detached.tracked
    let losses = self(leaf, labels)
    return (losses.detached, losses.mean().gradient(of: leaf))
  }
}
