import TandemTensors

/// How well a classifier does on the examples that it was shown.
public struct ClassifierMeasures: Sendable, Equatable {
  /// The number of classes.
  public let classes: Int
  /// Examples of each true class that were taken for each class:
  /// `confusion[true * classes + predicted]`.
  public private(set) var confusion: [Int]
  private var totalLoss = 0.0

  /// Measures of nothing yet.
  public init(classes: Int) {
    self.classes = classes
    confusion = [Int](repeating: 0, count: classes * classes)
  }

  /// Adds a batch: logits `[n, classes]`, labels int32 `[n]`, losses `[n]`.
  public mutating func add(logits: Tensor, labels: Tensor, losses: Tensor) {
    for (label, predicted) in zip(labels.values, logits.argmax().values) {
      confusion[Int(label) * classes + Int(predicted)] += 1
    }
    totalLoss += losses.values.reduce(0, +)
  }

  /// Examples seen.
  public var count: Int { confusion.reduce(0, +) }

  /// Examples classified rightly.
  public var hits: Int { (0..<classes).reduce(0) { $0 + confusion[$1 * classes + $1] } }

  /// The share of examples classified rightly; 0 of none.
  public var accuracy: Double { Double(hits) / Double(max(count, 1)) }

  /// The mean loss in nats; 0 of none.
  public var loss: Double { totalLoss / Double(max(count, 1)) }
}
