import Foundation
import TandemAdversarial
import TandemLayers
import TandemTensors
import TandemTraining

/// The smallest game there is, in plain arithmetic: a generator `g(z) = a z + c` of numbers, a
/// discriminator of logits `l(x) = w x + b`, and gradient descent by derivatives worked out by
/// hand. What the trainer is held to.
struct PointGame {
  var a = 0.7
  var c = -0.4
  var w = 0.5
  var b = 0.2
  let generatorRate = 0.3
  let discriminatorRate = 0.2
  var smoothing = 0.0
  var generatorLoss = CrossEntropyObjective.GeneratorLoss.nonSaturating

  func generate(_ z: [Double]) -> [Double] { z.map { a * $0 + c } }
  func logits(_ x: [Double]) -> [Double] { x.map { w * $0 + b } }

  /// A descent along `- (1 - s) E log D(x) - s E log(1 - D(x)) - E log(1 - D(y))`, whose derivative
  /// by a logit is `D - (1 - s)` on the real x and `D` on the generated y.
  ///
  /// - Returns: The two parts of the loss before the step.
  mutating func updateDiscriminator(real x: [Double], generated y: [Double]) -> (Double, Double) {
    let (onReal, onGenerated) = (logits(x), logits(y))
    let losses = (
      mean(onReal.map { -(1 - smoothing) * log(sigmoid($0)) - smoothing * log(1 - sigmoid($0)) }),
      mean(onGenerated.map { -log(1 - sigmoid($0)) })
    )
    let real = onReal.map { sigmoid($0) - (1 - smoothing) }
    let generated = onGenerated.map(sigmoid)
    w -= discriminatorRate * (mean(zip(real, x).map(*)) + mean(zip(generated, y).map(*)))
    b -= discriminatorRate * (mean(real) + mean(generated))
    return losses
  }

  /// A descent along `- E log D(g(z))` or `E log(1 - D(g(z)))`, whose derivative by a logit is
  /// `D - 1` or `-D`.
  ///
  /// - Parameter y: What was generated from `z`.
  /// - Returns: The loss before the step.
  mutating func updateGenerator(_ z: [Double], generated y: [Double]) -> Double {
    let beliefs = logits(y).map(sigmoid)
    let slopes: [Double]
    let loss: Double
    switch generatorLoss {
    case .nonSaturating:
      loss = mean(beliefs.map { -log($0) })
      slopes = beliefs.map { ($0 - 1) * w }
    case .minimax:
      loss = mean(beliefs.map { log(1 - $0) })
      slopes = beliefs.map { -$0 * w }
    }
    a -= generatorRate * mean(zip(slopes, z).map(*))
    c -= generatorRate * mean(slopes)
    return loss
  }

  /// The same game for the trainer, from the same numbers.
  func trainer(
    _ dtype: DType = .float64, schedule: AdversarialSchedule = .init(), batchSize: Int = 3,
    objective: (any AdversarialObjective)? = nil, averageDecay: Double? = nil, seed: UInt64 = 0
  ) throws -> AdversarialTrainer<Linear, Linear> {
    func line(_ slope: Double, _ shift: Double) -> Linear {
      Linear(weight: Tensor([slope], [1, 1], dtype), bias: Tensor([shift], [1], dtype))
    }
    return try AdversarialTrainer(
      generator: line(a, c), discriminator: line(w, b),
      generatorOptimizer: .sgd(learningRate: generatorRate),
      discriminatorOptimizer: .sgd(learningRate: discriminatorRate),
      objective: objective
        ?? CrossEntropyObjective(generatorLoss, labelSmoothing: smoothing),
      settings: .init(latentSize: 1, batchSize: batchSize, schedule: schedule),
      averageDecay: averageDecay, seed: seed)
  }

  /// The parameters in the order of `AdversarialTrainer.numbers`.
  var numbers: [Double] { [a, c, w, b] }
}

extension AdversarialTrainer where Generator == Linear, Discriminator == Linear {
  /// a, c, w and b of a `PointGame`.
  var numbers: [Double] { generator.numbers + discriminator.numbers }
}

extension Layer {
  /// The elements of all parameters.
  var numbers: [Double] { parameters.flatMap(\.values) }
}

func sigmoid(_ l: Double) -> Double { 1 / (1 + exp(-l)) }
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The greatest distance between numbers; infinite where they are not as many or one is none.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  let distances = zip(a, b).map { abs($0 - $1) }
  return a.count != b.count || distances.contains { $0.isNaN } ? .infinity : distances.max() ?? 0
}

/// Real samples `[3, 1]` that differ from call to call.
struct RealNumbers {
  private(set) var calls = 0

  mutating func next() -> [Double] {
    calls += 1
    return (0..<3).map { 1.5 + 0.5 * sin(Double(7 * calls + $0)) }
  }
}

/// Numbers as a column `[n, 1]`.
func column(_ values: [Double], _ dtype: DType = .float64) -> Tensor {
  Tensor(values, [values.count, 1], dtype)
}
