import TandemClassification
import TandemLayers
import TandemRuns
import TandemTensors

/// What the `experiment.yaml` of a comparison of learning rules says: one network, one order of the
/// data, and several rules that each train a copy of it.
public struct RuleComparisonConfiguration: ExperimentConfiguration {
  public var settings: RunSettings
  /// Which labelled images there are.
  public var data: ClassifierData
  /// The network's form and sizes.
  public var network: ClassifierSpecification
  /// The rules.
  public var rules: [Entry]
  /// Of each rule's network.
  public var optimizer: OptimizerConfiguration
  public var length: TrainingLength
  public var batchSize: Int

  /// A rule with what it is called in metrics, charts and tables.
  public struct Entry: Sendable {
    public var name: String
    public var rule: LearningRuleConfiguration
  }

  /// Reads the configuration strictly; problems stay with the reader, for its `finish`.
  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
    let data = reader.section("data") { ClassifierData(&$0) }
    self.data = data
    let size = reader.isFaulty("data") ? nil : data.size
    network = reader.section("network") { ClassifierSpecification(&$0, imageSize: size) }
    rules = reader.sections("rules", required: true, count: 1...20) { section in
      let rule = LearningRuleConfiguration(&section)
      return Entry(name: section.text("name", default: rule.usualName), rule: rule)
    }
    if Set(rules.map(\.name)).count < rules.count {
      reader.problem(at: "rules", "two rules have the same name: give each a `name` of its own")
    }
    if let odd = rules.first(where: { $0.name.isEmpty || $0.name.contains("/") })?.name {
      reader.problem(at: "rules", "'\(odd)' cannot be a name: expected a word without '/'")
    }
    optimizer = reader.section("optimizer") {
      OptimizerConfiguration(
        &$0, learningRate: 1e-3, beta1: 0.9, validation: nil, hasEpochs: true)
    }
    (length, batchSize) = reader.section("training") { section in
      (section.trainingLength(), section.integer("batchSize", default: 64, in: 1...65536))
    }
    let metricsEvery = reader.metricsEvery()
    let (samplesEvery, _) = reader.samples { _ in }
    let (validationEvery, _) = reader.validation(default: 500) { _ in }
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      validationEvery: validationEvery, checkpoints: reader.checkpoints(),
      tensorBoard: reader.tensorBoard())
  }

  public func located(in directory: String) -> RuleComparisonConfiguration {
    var copy = self
    copy.data = data.located { path($0, in: directory) }
    return copy
  }

  public func training() throws -> RuleComparisonTraining { try RuleComparisonTraining(self) }

  /// The memory that the networks and a batch take at least.
  public var memory: MemoryEstimate {
    var memory = network.memory(
      elementShape: data.elementShape, classes: data.classes.count, batchSize: batchSize)
    for index in memory.lasting.indices { memory.lasting[index].bytes *= Double(rules.count) }
    return memory
  }

  /// The network with its first weights: those of the kind `classifier` for the same seed.
  func initialClassifier(classes: Int) -> Classifier {
    network.initialClassifier(of: data, classes: classes, seed: settings.seed)
  }

  public func networks() throws -> [NetworkSummary] {
    try network.summaries(of: data, batchSize: batchSize, seed: settings.seed)
  }

  public func gradientCases() -> [GradientCase] {
    network.gradientCases(data, loss: ClassificationLoss(), seed: settings.seed)
  }
}
