import TandemLayers
import TandemTensors
import TandemTraining

/// The nodes of predictive coding over one batch, and how they come to rest.
struct NodeColumn {
  private let model: Classifier
  private let modules: [Sequential]
  /// What each module draws its random numbers from: those of the forward pass, at every update.
  private let streams: [RandomStream]
  private let batch: LabelledBatch
  private let loss: ClassificationLoss
  private let settings: PredictiveCoding.Settings
  /// What the modules made of the batch in the forward pass, but for the last: where nodes start.
  private let start: [Tensor]

  /// Nodes that have come to rest, or as near to it as the steps allowed.
  struct Rest {
    /// The nodes' values, the first module's first.
    let nodes: [Tensor]
    /// Updates made or tried.
    let steps: Int
    /// The norm of the energy's gradient by the nodes as a part of that of the errors.
    let residual: Double
    /// Of all examples together.
    let energy: Double
  }

  init(
    _ model: Classifier, _ trace: ModuleTrace, _ batch: LabelledBatch, _ loss: ClassificationLoss,
    _ settings: PredictiveCoding.Settings
  ) {
    self.model = model
    modules = model.modules.indices.map { model.module($0) }
    streams = trace.parts.map(\.random)
    self.batch = batch
    self.loss = loss
    self.settings = settings
    start = trace.parts.dropLast().map(\.output.detached)
  }

  /// What a moment of the nodes is: their errors, the energy and its gradient.
  private struct Moment {
    let errors: [Tensor]
    let gradient: [Tensor]
    let energy: Double
  }

  /// Moves the nodes down the energy until they are at rest or the steps are used up.
  func settle() -> Rest {
    var nodes = start
    var moment = moment(of: nodes)
    var rate = settings.rate
    var steps = 0
    while steps < settings.steps, !nodes.isEmpty, residual(moment) > settings.tolerance {
      steps += 1
      let moved = zip(nodes, moment.gradient).map { $0 - $1 * rate }
      let next = self.moment(of: moved)
      // Near rest the energy's changes drown in rounding, and the gradient's size tells whether
      // the nodes are still on their way.
      if !(next.energy < moment.energy), !(norm(next.gradient) < norm(moment.gradient)) {
        rate /= 2
        continue
      }
      (nodes, moment) = (moved, next)
    }
    return Rest(
      nodes: nodes, steps: steps, residual: nodes.isEmpty ? 0 : residual(moment),
      energy: moment.energy)
  }

  /// What the optimizer goes along: s times the gradient of the mean energy by the weights, with
  /// the nodes held.
  func direction(at nodes: [Tensor]) -> [Tensor] {
    let count = Double(batch.size)
    return modules.indices.flatMap { index in
      let tracked = Tracked(modules[index])
      let output = output(of: tracked.model, index, index == 0 ? batch.images : nodes[index - 1])
      if index == modules.count - 1 {
        return tracked.gradients(of: loss(output, batch.labels).mean())
      }
      let error = nodes[index] - output.detached
      return output.gradients(
        of: tracked.parameters, upstream: error * (-settings.outputVariance / count))
    }
  }

  private func output(of module: Sequential, _ index: Int, _ x: Tensor) -> Tensor {
    var pass = Pass.training(streams[index])
    return module(x, &pass)
  }

  /// Each node's part of the gradient comes from its own error and the next module alone.
  private func moment(of nodes: [Tensor]) -> Moment {
    guard !nodes.isEmpty else { return Moment(errors: [], gradient: [], energy: 0) }
    var errors = [nodes[0] - start[0]]
    var gradient: [Tensor] = []
    var energy = 0.0
    for index in nodes.indices {
      energy += errors[index].sumOfSquares / 2
      let leaf = nodes[index].tracked
      let output = output(of: modules[index + 1], index + 1, leaf)
      if index + 1 < nodes.count {
        let error = nodes[index + 1] - output.detached
        gradient.append(errors[index] - output.gradient(of: leaf, upstream: error))
        errors.append(error)
      } else {
        let cost = loss(output, batch.labels).sum() / settings.outputVariance
        energy += cost.scalar
        gradient.append(errors[index] + cost.gradient(of: leaf))
      }
    }
    return Moment(errors: errors, gradient: gradient, energy: energy)
  }

  private func residual(_ moment: Moment) -> Double {
    let errors = norm(moment.errors)
    return errors > 0 ? norm(moment.gradient) / errors : .infinity
  }

  /// The length of all tensors as one vector.
  private func norm(_ tensors: [Tensor]) -> Double {
    tensors.reduce(0) { $0 + $1.sumOfSquares }.squareRoot()
  }
}
