/// What `experiment.yaml` says of an experiment of one kind, and what follows from it alone.
///
/// The runner asks for `memory`, then for `training`; `tandem summary` for `networks`; `tandem
/// gradcheck` for `gradientCases`.
public protocol ExperimentConfiguration: Sendable {
  /// What is trained.
  associatedtype Training: ExperimentTraining

  /// What the experiment says as every kind does.
  var settings: RunSettings { get }

  /// Examples in one step's batch.
  var batchSize: Int { get }

  /// The memory that the experiment takes at least, for which no data need be read.
  var memory: MemoryEstimate { get }

  /// The configuration with paths of data that hold wherever the program was started: relative
  /// ones are from the experiment's `directory`; see `path(_:in:)`.
  func located(in directory: String) -> Self

  /// The training at its start, its data read.
  ///
  /// - Throws: What is wrong with the data, or `ExperimentError` where they do not suit.
  func training() throws -> Training

  /// The networks at the size that is trained, each summarised for one batch.
  ///
  /// - Throws: What is wrong with the data, where a network's shape depends on them.
  func networks() throws -> [NetworkSummary]

  /// The losses of the experiment as functions of the networks' parameters, at a size that
  /// central differences can check within seconds: narrow layers, few of them alike, small batches.
  ///
  /// - Throws: What is wrong with the data, where a network's shape depends on them.
  func gradientCases() throws -> [GradientCase]

  /// What draws samples from the model of a run's checkpoint, made without the data; nil of a kind
  /// whose models give nothing that could be drawn.
  ///
  /// - Throws: `RunError` naming the file of the checkpoint that is damaged.
  func sampler(of run: StoredRun) throws -> RunSampler?

  /// The sample that the training saved under a tag at the step of a run's checkpoint, made from
  /// the checkpoint again: the bytes of its file. Nil for one that shows more than a checkpoint
  /// holds, such as the data.
  ///
  /// - Throws: `RunError` naming the file of the checkpoint that is damaged.
  func sample(_ tag: String, of run: StoredRun) throws -> [UInt8]?
}

extension ExperimentConfiguration {
  /// None.
  public func sampler(of run: StoredRun) throws -> RunSampler? { nil }

  /// None.
  public func sample(_ tag: String, of run: StoredRun) throws -> [UInt8]? { nil }

  /// The place of a path that the configuration gives: one that does not start with `/` is from
  /// the experiment's directory.
  public func path(_ path: String, in directory: String) -> String {
    path.hasPrefix("/") ? path : "\(directory)/\(path)"
  }
}
