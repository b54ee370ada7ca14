import TandemRuns

/// A plain recurrent network unrolled over a few steps, one number in and one out at each.
public struct RNNConfiguration: Sendable {
  public var title: String
  public var notes: [String]
  /// The input of each step.
  public var inputs: [Double]
  /// What the output of each step should be.
  public var targets: [Double]
  /// The state before the first step; its length is the network's size.
  public var initial: [Double]
  /// Input weights, one a unit.
  public var inputWeights: [Double]
  /// Recurrent weights: row i holds the weights into unit i.
  public var recurrentWeights: [[Double]]
  /// Biases, one a unit.
  public var biases: [Double]
  /// Output weights, one a unit.
  public var outputWeights: [Double]
  public var outputBias: Double
  public var learningRate: Double

  init(_ reader: inout ConfigurationReader, title: String, notes: [String]) {
    (self.title, self.notes) = (title, notes)
    inputs = reader.numbers("inputs", count: 1...6)
    targets = reader.numbers("targets", count: inputs.count...inputs.count)
    initial = reader.numbers("initial", count: 1...2)
    let size = max(initial.count, 1)
    inputWeights = reader.numbers("U", count: size...size)
    recurrentWeights = reader.matrix("W", rows: size...size, columns: size...size)
    biases = reader.numbers("b", count: size...size)
    outputWeights = reader.numbers("V", count: size...size)
    outputBias = reader.number("c", default: 0)
    learningRate = reader.number("learningRate", default: 0.1, in: .above(0))
  }
}

/// An LSTM of one cell unrolled over a few steps, one number in and one out at each.
public struct LSTMConfiguration: Sendable {
  /// What decides a gate: `a = u x + w h + b`.
  public struct Gate: Sendable {
    public var u: Double
    public var w: Double
    public var b: Double

    init(_ reader: inout ConfigurationReader, _ key: String) {
      self = reader.section(key) { section in
        Gate(u: section.number("u"), w: section.number("w"), b: section.number("b"))
      }
    }

    init(u: Double, w: Double, b: Double) { (self.u, self.w, self.b) = (u, w, b) }
  }

  public var title: String
  public var notes: [String]
  /// The input of each step.
  public var inputs: [Double]
  /// What the output of each step should be.
  public var targets: [Double]
  /// Input gate, forget gate, candidate and output gate.
  public var gates: [Gate]
  /// The output's weight and bias.
  public var outputWeight: Double
  public var outputBias: Double
  /// The output and the memory before the first step.
  public var initialOutput: Double
  public var initialMemory: Double
  public var learningRate: Double

  init(_ reader: inout ConfigurationReader, title: String, notes: [String]) {
    (self.title, self.notes) = (title, notes)
    inputs = reader.numbers("inputs", count: 1...6)
    targets = reader.numbers("targets", count: inputs.count...inputs.count)
    gates = ["inputGate", "forgetGate", "candidate", "outputGate"].map { Gate(&reader, $0) }
    outputWeight = reader.number("V", default: 1)
    outputBias = reader.number("d", default: 0)
    initialOutput = reader.number("initialOutput", default: 0)
    initialMemory = reader.number("initialMemory", default: 0)
    learningRate = reader.number("learningRate", default: 0.1, in: .above(0))
  }
}
