import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// The `network` section of a sequence experiment: recurrent layers and what is dropped around
/// them.
public struct RecurrentConfiguration: Sendable {
  /// The cells to choose from.
  public enum Cell: String, CaseIterable, Sendable {
    case tanh, relu, gru, lstm, layerNormLSTM, minGRU, minLSTM

    /// The cell of plain recurrent layers; nil for layers of another make.
    var plain: RecurrentCell? { RecurrentCell(rawValue: rawValue) }

    fileprivate var gateCount: Int {
      switch self {
      case .minGRU: 2
      case .minLSTM: 3
      case .layerNormLSTM: 4
      case .tanh, .relu, .gru, .lstm: plain?.gateCount ?? 1
      }
    }

    fileprivate var hasForgetGate: Bool {
      switch self {
      case .lstm, .layerNormLSTM, .minLSTM: true
      case .tanh, .relu, .gru, .minGRU: false
      }
    }
  }

  /// What the parameters start from.
  public enum Initialization: Sendable {
    /// PyTorch's.
    case standard
    /// All weights even over `±bound`, the decoder's bias too, biases of the recurrent layers zero.
    case uniform(bound: Double)
    /// Orthogonal recurrent weights.
    case orthogonal
  }

  public var cell: Cell
  /// Length of the output of a layer, or of its memory where the output is projected.
  public var size: Int
  /// Length of an LSTM's output where it is projected.
  public var projection: Int?
  /// What an encoder-decoder looks back with.
  public var attention: EncoderDecoder.AttentionKind
  public var layers: Int
  /// Numbers per embedded token; read of tokens alone.
  public var embedding: Int
  /// Whether the decoder of a language model reads the embedding's table.
  public var isTied: Bool
  public var isBidirectional: Bool
  /// Probabilities that something is dropped in training.
  public var dropout: Dropouts
  public var initialization: Initialization
  /// The forget gates' bias at the start, of an LSTM.
  public var forgetBias: Double?
  /// Whether layers have one bias, as TensorFlow's, rather than PyTorch's two.
  public var hasSingleBias: Bool

  /// Probabilities that something is dropped in training.
  public struct Dropouts: Sendable {
    /// A whole token's vector.
    public var embedding: Double
    /// A number that the first layer reads.
    public var input: Double
    /// An output between two layers.
    public var between: Double
    /// An output of the last layer.
    public var output: Double
    /// A recurrent weight.
    public var weights: Double
    /// Whether one mask serves all steps.
    public var isLocked: Bool
  }

  private enum InitializationKind: String, CaseIterable {
    case standard, uniform, orthogonal
  }

  /// Reads the section of a task with the given traits.
  init(_ section: inout ConfigurationReader, _ traits: SequenceTraits) {
    cell = section.choice("cell", from: Cell.self, default: .lstm)
    size = section.integer("size", default: 128, in: 1...65536)
    projection = cell == .lstm ? section.optionalInteger("projection", in: 1...65536) : nil
    layers = section.integer("layers", default: 1, in: 1...64)
    attention =
      traits.isEncoderDecoder
      ? section.choice("attention", from: EncoderDecoder.AttentionKind.self, default: .dot) : .dot
    embedding =
      traits.readsTokens ? section.integer("embedding", default: size, in: 1...65536) : 0
    isTied = traits.canBeTied ? section.flag("tied", default: false) : false
    isBidirectional =
      traits.canBeBidirectional ? section.flag("bidirectional", default: false) : false
    dropout = section.section("dropout") { section in
      func rate(_ name: String) -> Double { section.number(name, default: 0, in: 0..<1) }
      return Dropouts(
        embedding: traits.readsTokens ? rate("embedding") : 0,
        input: traits.canDropInputs ? rate("input") : 0,
        between: rate("between"), output: traits.isEncoderDecoder ? 0 : rate("output"),
        weights: traits.isEncoderDecoder ? 0 : rate("weights"),
        isLocked: traits.isEncoderDecoder ? false : section.flag("locked", default: false))
    }
    initialization = section.section("initialization") { section in
      switch section.kind(from: InitializationKind.self, default: .standard) {
      case .standard: .standard
      case .uniform: .uniform(bound: section.number("bound", default: 0.1, in: 1e-6...10))
      case .orthogonal: .orthogonal
      }
    }
    forgetBias =
      cell.hasForgetGate ? section.optionalNumber("forgetBias", in: -100...100) : nil
    hasSingleBias =
      cell.plain?.hasRecurrentBias == false ? section.flag("singleBias", default: false) : false
    if traits.isEncoderDecoder, case .uniform = initialization {
      section.problem(
        at: "initialization", "of an encoder-decoder only the recurrent layers could start even")
    }
    let outputs = projection ?? size
    if isTied, embedding != outputs {
      section.problem(
        at: "tied",
        "tied weights need embeddings of the outputs' size, \(outputs), not \(embedding)",
        comparing: ["embedding", "size"])
    }
    if dropout.weights > 0, cell.plain == nil || projection != nil {
      section.problem(
        at: "dropout", "recurrent weights are dropped in plain tanh, relu, gru and lstm layers only"
      )
    }
    if traits.isEncoderDecoder, cell.plain == nil || projection != nil {
      section.problem(
        at: "cell", "an encoder-decoder has plain tanh, relu, gru or lstm layers",
        comparing: ["projection"])
    }
  }

  /// The recurrent layers for steps of `inputs` numbers.
  func recurrent(inputs: Int, _ random: inout RandomStream) -> any SequenceLayer {
    switch cell {
    case .layerNormLSTM:
      return LayerNormLSTM(
        inputs, size, layers: layers, isBidirectional: isBidirectional, dropout: dropout.between,
        dropoutIsLocked: dropout.isLocked, initialization: recurrentInitialization,
        random: &random)
    case .minGRU, .minLSTM:
      return MinimalStack(
        cell == .minGRU ? .gru : .lstm, inputs, size, layers: layers,
        isBidirectional: isBidirectional, dropout: dropout.between,
        dropoutIsLocked: dropout.isLocked, initialization: recurrentInitialization,
        random: &random)
    case .tanh, .relu, .gru, .lstm:
      if let projection {
        return ProjectedLSTM(
          inputs, size, projection: projection, layers: layers, isBidirectional: isBidirectional,
          dropout: dropout.between, dropoutIsLocked: dropout.isLocked,
          initialization: recurrentInitialization, random: &random)
      }
      return RecurrentStack(
        cell.plain ?? .lstm, inputs, size, layers: layers, isBidirectional: isBidirectional,
        dropout: dropout.between, dropoutIsLocked: dropout.isLocked, weightDrop: dropout.weights,
        initialization: recurrentInitialization, random: &random)
    }
  }

  private var recurrentInitialization: RecurrentInitialization {
    var initial: RecurrentInitialization =
      switch initialization {
      case .standard: .standard
      case .uniform(let bound): .uniform(bound, biases: .zeros)
      case .orthogonal: .orthogonal()
      }
    initial.forgetBias = forgetBias
    initial.hasSingleBias = hasSingleBias
    return initial
  }

  /// An encoder and a decoder of such layers.
  func encoderDecoder(
    source: Vocabulary, target: Vocabulary, _ random: inout RandomStream
  ) -> EncoderDecoder {
    EncoderDecoder(
      source: source.count, target: target.count, embedding: embedding, size: size,
      cell: cell.plain ?? .lstm, layers: layers, isBidirectional: isBidirectional,
      attention: attention, dropout: dropout.between, initialization: recurrentInitialization,
      random: &random)
  }

  /// What the decoder starts from, its bias too.
  var weights: Initializer { even ?? .standard }

  /// What the embedding starts from. A tied table starts as a decoder: from a standard normal one
  /// the first logits would be in the tens.
  var embeddings: Initializer { even ?? (isTied ? .standard : .normal(deviation: 1)) }

  /// The one range that all starts from, if there is one.
  private var even: Initializer? {
    if case .uniform(let bound) = initialization { .uniform(-bound..<bound) } else { nil }
  }

  /// A model of the next token around the recurrent layers.
  func languageModel(
    of vocabulary: Vocabulary, _ random: inout RandomStream
  ) -> LanguageModel {
    LanguageModel(
      vocabulary: vocabulary.count, embeddingSize: embedding,
      recurrent: recurrent(inputs: embedding, &random), isTied: isTied,
      embeddingDropout: dropout.embedding, inputDropout: dropping(dropout.input),
      outputDropout: dropping(dropout.output), embeddings: embeddings, weights: weights,
      biases: weights, random: &random)
  }

  /// A network of the recurrent layers for steps of `features` numbers or, without these, for
  /// embedded tokens of a `vocabulary`, with `outputs` numbers for what is predicted of each step
  /// or, without `decodesEachStep`, of a whole sequence.
  func network(
    features: Int? = nil, vocabulary: Int = 0, outputs: Int, decodesEachStep: Bool = false,
    _ random: inout RandomStream
  ) -> SequenceNetwork {
    var table: Embedding?
    if features == nil {
      table = Embedding(
        vocabulary, embedding, weights: embeddings, dropout: dropout.embedding, random: &random)
    }
    return SequenceNetwork(
      features: features, embedding: table,
      recurrent: recurrent(inputs: features ?? embedding, &random),
      // A single output has no steps that could share a mask.
      dropout: decodesEachStep ? dropping(dropout.output) : Dropout(dropout.output),
      outputs: outputs, weights: weights, biases: weights, random: &random)
  }

  /// The layer that drops outputs at a rate.
  func dropping(_ rate: Double) -> any Layer {
    dropout.isLocked ? LockedDropout(rate) : Dropout(rate)
  }

  /// The same network, as narrow as still shows every term of its gradient.
  func reduced() -> RecurrentConfiguration {
    var copy = self
    copy.size = min(size, 4)
    copy.projection = projection.map { min($0, 3) }
    copy.embedding = isTied ? copy.projection ?? copy.size : min(embedding, 3)
    copy.layers = min(layers, 2)
    return copy
  }

  /// Weights of the recurrent layers that read `inputs` numbers; floating-point, since products of
  /// hostile widths overflow integers.
  func weightCount(inputs: Int) -> Double {
    let (width, gates) = (Double(size), Double(cell.gateCount))
    let directions = isBidirectional ? 2.0 : 1.0
    let others = Double(layers - 1) * gates * width * (directions * width + width)
    return directions * (gates * width * (Double(inputs) + width) + others)
  }

  /// Numbers that a step of one sequence keeps for its gradient, at least.
  var valuesPerStep: Double {
    Double(layers) * Double(size) * Double(cell.gateCount + 1) * (isBidirectional ? 2 : 1)
  }
}
