import TandemRuns

/// The kinds of experiments that an `experiment.yaml` can ask for by `kind:`.
///
/// A kind is a folder of this room with a type for its configuration (`ExperimentConfiguration`)
/// and one for its training (`ExperimentTraining`). Here is the only place that lists them: a new
/// one takes a case and the line that reads its configuration. What every kind says is read by the
/// methods beside `RunSettings`, optimizers and their schedules by `OptimizerConfiguration`.
public enum ExperimentKind: String, CaseIterable, Sendable {
  /// A generator and a discriminator that learn from each other; the kind of a file that names
  /// none.
  case gan
  /// A classifier of images.
  case classifier
  /// Classifiers that learn by different rules, side by side.
  case learningRules
  /// A model of a text's next character, byte or word.
  case languageModel
  /// A model of names or other short texts, one a line.
  case names
  /// The adding problem: how far back a network remembers two numbers.
  case adding
  /// Copy memory: how far back a network remembers ten symbols.
  case copyMemory
  /// Images read as sequences of rows or pixels, to be classified.
  case imageSequences
  /// The next values of a series of numbers.
  case forecast
  /// One text rewritten as another by an encoder and a decoder.
  case rewriting
  /// A chain of single weights, the smallest network with more than one layer.
  case chain
  /// Linear regression by gradient descent and by the normal equation.
  case regression
  /// Gradients on their way back through deep and recurrent networks.
  case vanishingGradients

  /// Reads the rest of a configuration of this kind; problems stay with the reader.
  func configuration(
    _ reader: inout ConfigurationReader, _ heading: ExperimentHeading
  ) -> any ExperimentConfiguration {
    switch self {
    case .gan: GANConfiguration(&reader, heading)
    case .classifier: ClassifierConfiguration(&reader, heading)
    case .learningRules: RuleComparisonConfiguration(&reader, heading)
    case .languageModel: SequenceConfiguration<LanguageModelTask>(&reader, heading)
    case .names: SequenceConfiguration<NamesTask>(&reader, heading)
    case .adding: SequenceConfiguration<AddingTask>(&reader, heading)
    case .copyMemory: SequenceConfiguration<CopyMemoryTask>(&reader, heading)
    case .imageSequences: SequenceConfiguration<ImageSequencesTask>(&reader, heading)
    case .forecast: SequenceConfiguration<ForecastTask>(&reader, heading)
    case .rewriting: SequenceConfiguration<RewritingTask>(&reader, heading)
    case .chain: ChainConfiguration(&reader, heading)
    case .regression: RegressionConfiguration(&reader, heading)
    case .vanishingGradients: VanishingConfiguration(&reader, heading)
    }
  }

  /// Reads a whole configuration, its kind first; problems stay with the reader.
  static func configuration(
    _ reader: inout ConfigurationReader
  ) -> any ExperimentConfiguration {
    let kind = reader.kind(from: ExperimentKind.self, default: .gan) {
      $0.hasPrefix("explain") ? "; `tandem explain` shows what is of this kind" : ""
    }
    return kind.configuration(&reader, ExperimentHeading(&reader))
  }
}
