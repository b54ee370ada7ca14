import TandemClassification
import TandemLayers
import TandemRuns
import TandemTraining

/// The `learningRule` section: how changes of the weights follow from a batch.
public struct LearningRuleConfiguration: Sendable, Equatable {
  /// The rule and its settings.
  public var rule: Rule
  /// Steps between two measurements of the cosine with the true gradient; nil of backpropagation,
  /// whose direction it is.
  public var comparesEvery: Int?

  /// A rule by its settings.
  public enum Rule: Sendable, Equatable {
    case backprop
    case childTuning(ChildTuning.Mode, share: Double, exampleLimit: Int?)
    case syntheticGradients(SyntheticGradients.Settings)
    case predictiveCoding(PredictiveCoding.Settings)
  }

  private enum Kind: String, CaseIterable {
    case backprop, childTuning, syntheticGradients, predictiveCoding
  }

  init(_ section: inout ConfigurationReader) {
    let kind = section.kind(from: Kind.self, default: .backprop)
    switch kind {
    case .backprop: rule = .backprop
    case .childTuning:
      let mode = section.choice("mode", from: ChildTuning.Mode.self, default: .free)
      rule = .childTuning(
        mode,
        share: section.number("p", default: 0.3, in: 1e-6...1),
        exampleLimit: mode == .driven ? section.optionalInteger("fisherExamples", in: 1...) : nil)
    case .syntheticGradients:
      rule = .syntheticGradients(
        .init(
          target: section.choice(
            "target", from: SyntheticGradients.Target.self, default: .trueGradient),
          hidden: section.integer("hidden", default: 256, in: 0...65536),
          seesLabels: section.flag("seesLabels", default: true),
          learningRate: section.number("learningRate", default: 1e-3, in: 0...10)))
    case .predictiveCoding:
      rule = .predictiveCoding(
        .init(
          steps: section.integer("steps", default: 20, in: 1...100_000),
          rate: section.number("rate", default: 0.5, in: 1e-6...10),
          tolerance: section.number("tolerance", default: 0.01, in: 0...1),
          outputVariance: section.number("outputVariance", default: 50, in: 1e-6...1e9)))
    }
    comparesEvery =
      kind == .backprop ? nil : section.integer("compareEvery", default: 10, in: 1...)
  }

  /// Backpropagation.
  static var backprop: LearningRuleConfiguration {
    LearningRuleConfiguration(rule: .backprop, comparesEvery: nil)
  }

  private init(rule: Rule, comparesEvery: Int?) {
    (self.rule, self.comparesEvery) = (rule, comparesEvery)
  }

  /// What the rule is called where nothing else is said.
  var usualName: String {
    switch rule {
    case .backprop: Kind.backprop.rawValue
    case .childTuning(let mode, _, _): "\(Kind.childTuning.rawValue)-\(mode.rawValue)"
    case .syntheticGradients: Kind.syntheticGradients.rawValue
    case .predictiveCoding: Kind.predictiveCoding.rawValue
    }
  }

  /// The rule at its start.
  ///
  /// - Throws: `HyperparameterError` for a learning rate outside of its range.
  func rule(
    for model: Classifier, elementShape: [Int], classes: Int, seed: UInt64
  ) throws -> any LearningRule {
    switch rule {
    case .backprop: Backpropagation()
    case .childTuning(let mode, let share, let limit):
      ChildTuning(mode, share: share, exampleLimit: limit, seed: seed)
    case .syntheticGradients(let settings):
      try SyntheticGradients(
        settings, for: model, elementShape: elementShape, classes: classes, seed: seed)
    case .predictiveCoding(let settings): PredictiveCoding(settings)
    }
  }

  /// How to read what the rule measures, by the names of the metrics.
  var readings: [String: String] {
    var readings = [
      "cosine": """
      The cosine of the rule's direction with the true gradient of the same batch at the same \
      weights: 1 is the same direction, 0 none in common.
      """
    ]
    switch rule {
    case .backprop: return [:]
    case .childTuning: break
    case .syntheticGradients:
      readings["predictors/error"] = """
        The share of the target's square that the predicted gradients miss: 0 is exact, 1 what \
        predicting nothing would give.
        """
    case .predictiveCoding:
      readings["inference/steps"] = "Steps until the nodes were at rest."
      readings["inference/residual"] = """
        How far from rest the nodes were left: the norm of the energy's gradient by the nodes \
        beside that of the errors, 0 at rest.
        """
      readings["inference/energy"] = """
        Energy per image at rest: the squared errors of the predictions and the loss divided by \
        outputVariance.
        """
    }
    return readings
  }
}
