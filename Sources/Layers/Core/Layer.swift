import TandemTensors

/// A function of a tensor with parameters: a layer, or a network of layers.
///
/// Layers are value types. A copy is a model of its own: `var average = generator` holds the
/// weights of this moment, whatever becomes of the generator's.
public protocol Layer: Sendable, CustomStringConvertible {
  /// The layer's output for a batch of inputs.
  ///
  /// - Parameter pass: Whether this is training, the random numbers to draw from, and where new
  ///   running statistics are left; see `Pass`.
  func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor

  /// Shows every stored tensor to `walker`, under its name: one line a field.
  ///
  /// Optimizer, checkpoints, moving average, counting and export all find the tensors here. Names
  /// are PyTorch's, so that weights can be exchanged.
  mutating func walk(_ walker: inout ParameterWalker)

  /// Whether inputs are int32 indices, as an embedding's are, rather than numbers.
  var takesIndices: Bool { get }

  /// Floating-point operations of a forward pass on an input of the given shape.
  ///
  /// A multiplication with its addition counts as two; normalisation as the operations of
  /// inference, which are two an element. Element-wise functions and moving count as none, as is
  /// usual.
  func operations(input: Shape) -> Int

  /// The layer's shapes and costs for a batch such as `x`, whose elements do not matter.
  ///
  /// A network made of other layers can list them: `summaryOfWhole(x, parts:)`.
  func summary(_ x: Tensor) -> LayerSummary
}

extension Layer {
  public var takesIndices: Bool { false }

  /// The output outside of training: running statistics are used, nothing is dropped.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    var pass = Pass.inference
    return self(x, &pass)
  }
}

/// A layer that can take the activation function behind it into its own kernel.
public protocol ActivationFusing: Layer {
  /// `activation(self(x))` in one pass over memory.
  func callAsFunction(_ x: Tensor, _ pass: inout Pass, then activation: UnaryFunction) -> Tensor
}

/// One way through a network: its mode, the random numbers it draws and the statistics it finds.
///
/// The mode is an argument rather than a state of the model, so the same model can be trained and
/// sampled in turns without a switch to forget. Since layers are values and a forward pass does
/// not change them, the running statistics that a training pass finds are left here until
/// `Layer.commit` takes them over.
public struct Pass: Sendable {
  /// What the pass is for.
  public enum Mode: Sendable {
    /// Statistics of the batch, dropout on.
    case training
    /// Running statistics, dropout off.
    case inference
  }

  /// What the pass is for.
  public let mode: Mode
  /// Source of dropout masks.
  public var random: RandomStream
  /// The new values of running statistics, by the identity of the old, which a tracked copy of a
  /// model shares with it; the old are held so that no other tensor takes over their memory and
  /// with it their identity.
  private var replacements: [ObjectIdentifier: (old: Tensor, new: Tensor)] = [:]

  /// A pass in the given mode.
  public init(_ mode: Mode, random: RandomStream) {
    self.mode = mode
    self.random = random
  }

  /// A training pass that draws from `random`.
  public static func training(_ random: RandomStream) -> Pass { Pass(.training, random: random) }

  /// A pass outside of training; it draws nothing.
  public static var inference: Pass {
    Pass(.inference, random: RandomStream(seed: 0, name: "inference"))
  }

  /// Whether statistics are the batch's own and dropout is on.
  public var isTraining: Bool { mode == .training }

  /// The value that a running statistic has by now in this pass.
  public func current(_ statistic: Tensor) -> Tensor {
    replacements[statistic.identity]?.new ?? statistic
  }

  /// Leaves a new value of a running statistic.
  public mutating func replace(_ statistic: Tensor, with value: Tensor) {
    replacements[statistic.identity] = (statistic.detached, value.detached)
  }

  /// Whether anything was left.
  var isEmpty: Bool { replacements.isEmpty }
}

extension Layer {
  /// Takes over the running statistics that a training pass through this model has left.
  ///
  /// Every layer of the model has buffers of its own; see `separateBuffers`.
  public mutating func commit(_ pass: Pass) {
    if pass.isEmpty { return }
    var seen: Set<ObjectIdentifier> = []
    walk { path, tensor, role in
      guard role == .buffer else { return }
      require(
        seen.insert(tensor.identity).inserted,
        "'\(path.description)' is another layer's buffer too: call separateBuffers() on the model")
      tensor = pass.current(tensor)
    }
  }

  /// Gives every layer buffers of its own, where copies of one layer have come into one model.
  ///
  /// Running statistics are told apart by their memory, which copies of a layer share. `Sequential`
  /// calls this for its layers; another container that is given layers does so in its initialiser.
  public mutating func separateBuffers() {
    var seen: Set<ObjectIdentifier> = []
    walk { _, tensor, role in
      guard role == .buffer, !seen.insert(tensor.identity).inserted else { return }
      tensor.withUniqueStorage { _ in }
    }
  }
}
