import TandemTensors

/// What a stored tensor is to its layer.
public enum TensorRole: Sendable {
  /// Trained by gradients.
  case parameter
  /// Kept up by the layer itself: running statistics.
  case buffer
}

/// Walks through the tensors of a model and shows each to a function, which may replace it.
public struct ParameterWalker: ~Copyable {
  /// The names of the layers entered, outermost first.
  private var path: [String] = []
  private let body: (borrowing TensorPath, inout Tensor, TensorRole) -> Void

  init(_ body: @escaping (borrowing TensorPath, inout Tensor, TensorRole) -> Void) {
    self.body = body
  }

  /// Shows a tensor that is trained.
  public mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    body(TensorPath(layers: path, name: name), &tensor, .parameter)
  }

  /// Shows a tensor that is trained, if there is one.
  public mutating func parameter(_ name: String, _ tensor: inout Tensor?) {
    if tensor != nil { parameter(name, &tensor!) }
  }

  /// Shows a tensor that the layer keeps up itself.
  public mutating func buffer(_ name: String, _ tensor: inout Tensor) {
    body(TensorPath(layers: path, name: name), &tensor, .buffer)
  }

  /// Walks through a layer within this one.
  public mutating func child(_ name: String, _ layer: inout some Layer) {
    path.append(name)
    layer.walk(&self)
    path.removeLast()
  }

  /// Walks through a layer within this one.
  public mutating func child(_ name: String, existential layer: inout any Layer) {
    path.append(name)
    layer.walk(&self)
    path.removeLast()
  }
}

/// The name of a tensor within a model, such as `3.weight`; put together only when it is read.
public struct TensorPath {
  let layers: [String]
  let name: String

  /// The names from the outermost layer to the tensor, joined by dots.
  public var description: String { (layers + [name]).joined(separator: ".") }
}

extension Layer {
  /// Shows every tensor of the model to `body`, in a fixed order.
  public mutating func walk(
    _ body: (borrowing TensorPath, inout Tensor, TensorRole) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      var walker = ParameterWalker(body)
      walk(&walker)
    }
  }

  /// The trained tensors in the order of the walk.
  public var parameters: [Tensor] {
    var result: [Tensor] = []
    var copy = self
    copy.walk { _, tensor, role in if role == .parameter { result.append(tensor) } }
    return result
  }

  /// The names of the trained tensors in the order of the walk.
  public var parameterNames: [String] {
    var result: [String] = []
    var copy = self
    copy.walk { path, _, role in if role == .parameter { result.append(path.description) } }
    return result
  }

  /// All tensors, trained or not, by name.
  public var state: [(name: String, tensor: Tensor, role: TensorRole)] {
    var result: [(name: String, tensor: Tensor, role: TensorRole)] = []
    var copy = self
    copy.walk { path, tensor, role in result.append((path.description, tensor.detached, role)) }
    return result
  }

  /// The number of trained numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Takes over tensors by name; every tensor of the model must be there, in its shape.
  public mutating func load(_ tensors: [String: Tensor]) throws(StateMismatch) {
    var problems: [String] = []
    var loaded = self
    var unused = Set(tensors.keys)
    loaded.walk { path, tensor, _ in
      let name = path.description
      unused.remove(name)
      guard let found = tensors[name] else { return problems.append("'\(name)' is missing") }
      guard found.shape == tensor.shape else {
        return problems.append("'\(name)' has shape \(found.shape), not \(tensor.shape)")
      }
      tensor = found.converted(to: tensor.dtype)
    }
    problems += unused.sorted().map { "'\($0)' is not a tensor of this model" }
    guard problems.isEmpty else { throw StateMismatch(problems: problems) }
    self = loaded
  }

  /// This model with every floating-point tensor in another element type.
  public func converted(to dtype: DType) -> Self {
    var copy = self
    copy.walk { _, tensor, _ in
      if tensor.dtype.isFloatingPoint { tensor = tensor.detached.converted(to: dtype) }
    }
    return copy
  }
}

/// Stored tensors that do not fit a model.
public struct StateMismatch: Error, CustomStringConvertible {
  /// What does not fit, tensor by tensor.
  public let problems: [String]

  public var description: String {
    "the stored tensors do not fit the model: " + problems.joined(separator: "; ")
  }
}
