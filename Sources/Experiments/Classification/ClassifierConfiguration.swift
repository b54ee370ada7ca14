import TandemClassification
import TandemLayers
import TandemRuns
import TandemTensors

/// What the `experiment.yaml` of a classifier says.
public struct ClassifierConfiguration: ExperimentConfiguration {
  public var settings: RunSettings
  /// Which labelled images there are.
  public var data: ClassifierData
  /// The network's form and sizes.
  public var network: ClassifierSpecification
  /// How changes of the weights follow from a batch.
  public var rule: LearningRuleConfiguration
  public var optimizer: OptimizerConfiguration
  /// The whole training's length; of a tuned network, that of the tuning.
  public var length: TrainingLength
  public var batchSize: Int
  /// By how much targets are smoothed.
  public var labelSmoothing: Double
  /// What the network learns first, by backpropagation; nil for nothing.
  public var pretraining: Pretraining?
  /// Test images on a sheet.
  public var sheetCount: Int

  /// The classes that a network learns before it is tuned to those of `data`, and for how long.
  public struct Pretraining: Sendable, Equatable {
    public var classes: [Int]
    public var length: TrainingLength
  }

  /// Reads the configuration strictly; problems stay with the reader, for its `finish`.
  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
    let data = reader.section("data") { ClassifierData(&$0) }
    self.data = data
    let size = reader.isFaulty("data") ? nil : data.size
    network = reader.section("network") { ClassifierSpecification(&$0, imageSize: size) }
    rule = reader.section("learningRule") { LearningRuleConfiguration(&$0) }
    optimizer = reader.section("optimizer") {
      OptimizerConfiguration(
        &$0, learningRate: 1e-3, beta1: 0.9, validation: .higher, hasEpochs: true)
    }
    (length, batchSize, labelSmoothing) = reader.section("training") { section in
      (
        section.trainingLength(), section.integer("batchSize", default: 64, in: 1...65536),
        section.number("labelSmoothing", default: 0, in: 0..<1)
      )
    }
    pretraining = reader.optionalSection("pretraining") { Pretraining(&$0) }
    let metricsEvery = reader.metricsEvery()
    let samplesEvery: Int
    (samplesEvery, sheetCount) = reader.samples {
      $0.integer("count", default: 40, in: 1...1000)
    }
    let (validationEvery, _) = reader.validation(default: 500) { _ in }
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      validationEvery: validationEvery, checkpoints: reader.checkpoints(),
      health: reader.health(of: .classifier), tensorBoard: reader.tensorBoard())
  }

  public func located(in directory: String) -> ClassifierConfiguration {
    var copy = self
    copy.data = data.located { path($0, in: directory) }
    return copy
  }

  public func training() throws -> ClassifierTraining { try ClassifierTraining(self) }

  /// The network with its first weights, which depend on the seed alone.
  func initialClassifier(classes: Int) -> Classifier {
    network.initialClassifier(of: data, classes: classes, seed: settings.seed)
  }

  public func networks() throws -> [NetworkSummary] {
    try network.summaries(of: data, batchSize: batchSize, seed: settings.seed)
  }

  public func gradientCases() -> [GradientCase] {
    network.gradientCases(
      data, loss: ClassificationLoss(labelSmoothing: labelSmoothing), seed: settings.seed)
  }
}

extension ClassifierConfiguration.Pretraining {
  fileprivate init(_ section: inout ConfigurationReader) {
    classes = section.integers("classes", in: 0...65535, count: 2...)
    if Set(classes).count < classes.count {
      section.problem(at: "classes", "expected each class once")
    }
    length = section.trainingLength()
  }
}
