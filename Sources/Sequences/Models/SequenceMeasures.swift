#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How well sequences are predicted: sums over any number of batches, and the means of them.
public struct SequenceMeasures: Sendable, Hashable, Codable {
  /// What is predicted.
  public enum Quantity: String, Sendable, Hashable, Codable {
    /// A token at each step: perplexity and bits per token.
    case tokens
    /// A class: accuracy.
    case classes
    /// Numbers: root mean squared error.
    case values
  }

  public let quantity: Quantity
  /// Nats, or squared errors, of all targets together.
  public private(set) var total = 0.0
  /// Targets, each as often as it counts.
  public private(set) var count = 0.0
  private var hits: Double?
  private var sequences = 0.0
  private var exactSequences: Double?

  /// Measures of no batch yet.
  public init(_ quantity: Quantity) { self.quantity = quantity }

  /// Adds the cost of a batch of `sequences` sequences.
  public mutating func add(_ cost: SequenceCost, sequences: Int) {
    total += cost.total.scalar
    count += cost.count
    self.sequences += Double(sequences)
    if let more = cost.hits { hits = (hits ?? 0) + more }
    if let more = cost.exactSequences { exactSequences = (exactSequences ?? 0) + more }
  }

  /// The mean over the targets: nats, or the mean squared error. NaN over none.
  public var loss: Double { total / count }

  /// `e^loss`: among how many tokens, all equally likely, the model would be as unsure.
  public var perplexity: Double { exp(loss) }

  /// `loss / ln 2`: bits per token.
  public var bits: Double { loss / log(2) }

  /// The root of the mean squared error, in the targets' unit.
  public var rootMeanSquaredError: Double { loss.squareRoot() }

  /// The share of targets predicted rightly, where it was counted.
  public var accuracy: Double? { hits.map { $0 / count } }

  /// The share of sequences predicted rightly from first to last step, where it was counted.
  public var exactMatch: Double? { exactSequences.map { $0 / sequences } }

  /// The measures that fit the quantity, named as in `loss/valid` for the part "valid".
  ///
  /// | name | of | meaning |
  /// |---|---|---|
  /// | `loss` | all | nats per target, or the mean squared error |
  /// | `perplexity`, `bits` | tokens | `e^loss`, `loss / ln 2` |
  /// | `rmse` | values | root mean squared error |
  /// | `accuracy` | tokens, classes | share predicted rightly |
  /// | `exact` | sequence to sequence | share of whole sequences predicted rightly |
  public func metrics(_ part: String) -> [(name: String, value: Double)] {
    let means = means(part)
    return [means[0]] + quantity.metrics(ofLoss: loss, part) + means.dropFirst()
  }

  /// Those of the measures of which a mean over batches is one too.
  func means(_ part: String) -> [(name: String, value: Double)] {
    var metrics = [("loss/\(part)", loss)]
    if quantity == .tokens { metrics.append(("bits/\(part)", bits)) }
    if let accuracy { metrics.append(("accuracy/\(part)", accuracy)) }
    if let exactMatch { metrics.append(("exact/\(part)", exactMatch)) }
    return metrics
  }
}

extension SequenceMeasures.Quantity {
  /// The measures that follow from a mean loss, and of which no mean may be taken: perplexity and
  /// root mean squared error.
  public func metrics(ofLoss loss: Double, _ part: String) -> [(name: String, value: Double)] {
    switch self {
    case .tokens: [("perplexity/\(part)", exp(loss))]
    case .classes: []
    case .values: [("rmse/\(part)", loss.squareRoot())]
    }
  }
}
