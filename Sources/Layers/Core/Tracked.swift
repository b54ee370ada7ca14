import TandemTensors

/// A copy of a model whose parameters are leaves of the graph: what it computes can be
/// differentiated with respect to them.
///
/// Only models that are wrapped so take part in differentiation. In a generator's step the
/// discriminator is used as it is, and no gradient of its weights is ever computed.
///
///     let tracked = Tracked(generator)
///     let loss = discriminator(tracked.model(z, &pass), &other).softplus().mean()
///     optimizer.update(&generator, along: tracked.gradients(of: loss))
public struct Tracked<Model: Layer>: ~Copyable, Sendable {
  /// The model with tracked parameters.
  public let model: Model
  /// The tracked parameters in the order of the walk.
  public let parameters: [Tensor]

  /// A tracked copy of `model`.
  public init(_ model: Model) {
    var copy = model
    var leaves: [Tensor] = []
    copy.walk { _, tensor, role in
      guard role == .parameter else { return }
      tensor = tensor.tracked
      leaves.append(tensor)
    }
    self.model = copy
    parameters = leaves
  }

  /// The gradients of a scalar loss with respect to the parameters, in the order of the walk.
  ///
  /// The tracked copy ends here, so that an update that follows has the parameters' elements to
  /// itself and needs no copy of them. For more than one set of gradients, use `parameters`.
  public consuming func gradients(
    of loss: Tensor, createGraph: Bool = false, keepGraph: Bool = false
  ) -> [Tensor] {
    require(loss.count == 1, "gradients: the loss has shape \(loss.shape), it is no scalar")
    return loss.gradients(of: parameters, createGraph: createGraph, keepGraph: keepGraph)
  }
}

/// The value of a loss and its gradients with respect to a model's parameters.
public func valueAndGradients<Model: Layer>(
  of model: Model, _ loss: (Model) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
  let tracked = Tracked(model)
  let value = try loss(tracked.model)
  return (value.detached, tracked.gradients(of: value))
}
