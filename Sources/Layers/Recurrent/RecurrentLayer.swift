import TandemTensors

/// A `RecurrentStack` of a certain cell.
public protocol RecurrentLayer: SequenceLayer {
  /// The cell of the layers.
  static var cell: RecurrentCell { get }
  /// The layers themselves.
  var stack: RecurrentStack { get set }

  /// The given layers, which must be of this type's cell.
  init(_ stack: RecurrentStack)
}

extension RecurrentLayer {
  /// Layers one above the other over steps of `inputs` features.
  ///
  /// - Parameters:
  ///   - inputs: Features of a step of the input.
  ///   - size: Length of the output of one direction.
  ///   - layers: How many layers stand one above the other.
  ///   - isBidirectional: Whether each layer is read backwards too; the output of a step then has
  ///     `2 * size` features, forward first.
  ///   - bias: Whether the gates have biases.
  ///   - dropout: Probability, in training, of dropping an output between two layers.
  ///   - dropoutIsLocked: Whether all steps share one dropout mask.
  ///   - weightDrop: Probability, in training, of dropping an element of the recurrent weights.
  ///   - initialization: What the parameters start from.
  ///   - random: The stream that they are drawn from.
  public init(
    _ inputs: Int, _ size: Int, layers: Int = 1, isBidirectional: Bool = false, bias: Bool = true,
    dropout: Double = 0, dropoutIsLocked: Bool = false, weightDrop: Double = 0,
    initialization: RecurrentInitialization = .standard, random: inout RandomStream
  ) {
    self.init(
      RecurrentStack(
        Self.cell, inputs, size, layers: layers, isBidirectional: isBidirectional, bias: bias,
        dropout: dropout, dropoutIsLocked: dropoutIsLocked, weightDrop: weightDrop,
        initialization: initialization, random: &random))
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

/// A plain recurrent network: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or with a ReLU.
///
/// Source: Elman, Finding structure in time, 1990.
public struct RNN: RecurrentLayer {
  public static let cell = RecurrentCell.tanh
  public var stack: RecurrentStack

  public init(_ stack: RecurrentStack) {
    require(stack.cell == .tanh || stack.cell == .relu, "RNN: the cell is \(stack.cell)")
    self.stack = stack
  }
}

/// Gated recurrent units: an update gate z blends the old output with a candidate, which sees the
/// old output through a reset gate r; see `RecurrentCell` for the formulas.
///
/// Source: Cho et al., Learning phrase representations using RNN encoder-decoder, 2014, with the
/// reset gate behind the product, as in cuDNN.
public struct GRU: RecurrentLayer {
  public static let cell = RecurrentCell.gru
  public var stack: RecurrentStack

  public init(_ stack: RecurrentStack) {
    require(stack.cell == .gru, "GRU: the cell is \(stack.cell)")
    self.stack = stack
  }
}

/// Long short-term memory: a memory c that gates let in, keep and let out,
/// `c' = f c + i g`, `h' = o tanh(c')`; see `RecurrentCell` for the gates.
///
/// Sources: Hochreiter and Schmidhuber, Long short-term memory, 1997; Gers, Schmidhuber and
/// Cummins, Learning to forget, 2000.
public struct LSTM: RecurrentLayer {
  public static let cell = RecurrentCell.lstm
  public var stack: RecurrentStack

  public init(_ stack: RecurrentStack) {
    require(stack.cell == .lstm, "LSTM: the cell is \(stack.cell)")
    self.stack = stack
  }
}
