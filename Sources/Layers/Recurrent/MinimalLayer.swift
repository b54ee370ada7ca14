import TandemTensors

/// A `MinimalStack` of a certain kind.
public protocol MinimalLayer: SequenceLayer {
  /// The gates of the layers.
  static var kind: MinimalStack.Kind { get }
  /// The layers themselves.
  var stack: MinimalStack { get set }

  /// The given layers, which must be of this type's kind.
  init(_ stack: MinimalStack)
}

extension MinimalLayer {
  /// Layers one above the other over steps of `inputs` features; the parameters are those of
  /// `RecurrentLayer`.
  public init(
    _ inputs: Int, _ size: Int, layers: Int = 1, isBidirectional: Bool = false, bias: Bool = true,
    dropout: Double = 0, dropoutIsLocked: Bool = false,
    initialization: RecurrentInitialization = .standard, random: inout RandomStream
  ) {
    self.init(
      MinimalStack(
        Self.kind, inputs, size, layers: layers, isBidirectional: isBidirectional, bias: bias,
        dropout: dropout, dropoutIsLocked: dropoutIsLocked, initialization: initialization,
        random: &random))
  }

  public func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    stack(x, state: state, lengths: lengths, &pass)
  }

  public func initialState(batch: Int, _ dtype: DType) -> RecurrentState {
    stack.initialState(batch: batch, dtype)
  }

  public mutating func walk(_ walker: inout ParameterWalker) { stack.walk(&walker) }

  public var description: String { stack.description }

  public func operations(input: Shape) -> Int { stack.operations(input: input) }
}

/// Minimal gated recurrent units; see `MinimalStack`.
public struct MinGRU: MinimalLayer {
  public static let kind = MinimalStack.Kind.gru
  public var stack: MinimalStack

  public init(_ stack: MinimalStack) {
    require(stack.kind == .gru, "MinGRU: the layers are minimal \(stack.kind)")
    self.stack = stack
  }
}

/// Minimal long short-term memory, whose gates share the unit between them; see `MinimalStack`.
public struct MinLSTM: MinimalLayer {
  public static let kind = MinimalStack.Kind.lstm
  public var stack: MinimalStack

  public init(_ stack: MinimalStack) {
    require(stack.kind == .lstm, "MinLSTM: the layers are minimal \(stack.kind)")
    self.stack = stack
  }
}
