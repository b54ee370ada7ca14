import TandemAdversarial
import TandemImages
import TandemRuns

/// What `experiment.yaml` says: everything that decides what a training does.
public struct ExperimentConfiguration: Sendable {
  /// A line about the experiment, for listings.
  public var title: String
  public var seed: UInt64
  public var data: DataConfiguration
  public var latentSize: Int
  public var generator: NetworkConfiguration
  public var discriminator: NetworkConfiguration
  /// Decay of the generator's moving average; none if absent.
  public var averageDecay: Double?
  public var schedule: AdversarialSchedule
  public var objective: CrossEntropyObjective
  public var steps: Int
  public var batchSize: Int
  /// Steps between two rows of metrics.
  public var metricsEvery: Int
  public var samples: SampleConfiguration
  public var checkpoints: CheckpointConfiguration

  /// When and how sample sheets are painted.
  public struct SampleConfiguration: Sendable {
    /// Steps between two sheets; one is always painted at the start and at the end.
    public var every: Int
    /// Samples on a sheet.
    public var count: Int
    /// Columns of a sheet of images.
    public var columns: Int
    /// Screen pixels to a pixel of an image.
    public var scale: Int

    /// How a sheet of square images lies, `cell` pixels a side.
    func grid(cell: Int) throws(ImageError) -> SampleGrid {
      try SampleGrid(
        count: count, columns: columns, cellWidth: cell, cellHeight: cell, scale: scale)
    }
  }

  /// When checkpoints are written and which are kept.
  public struct CheckpointConfiguration: Sendable {
    /// Steps between two checkpoints; one is always written at the end.
    public var every: Int
    /// How many of the latest are kept.
    public var keep: Int
  }

  /// Reads the configuration strictly; problems stay with the reader, for its `finish`.
  public init(_ reader: inout ConfigurationReader) {
    title = reader.text("title", default: "")
    seed = UInt64(reader.integer("seed", default: 1, in: 0...))
    let data = reader.section("data") { DataConfiguration(&$0) }
    self.data = data
    // Nothing is said against other sections because of data that could not be read.
    let knownData = reader.isFaulty("data") ? nil : data
    latentSize = reader.section("latent") { $0.integer("size", in: 1...65536) }

    (generator, averageDecay) = reader.section("generator") { section in
      let network = NetworkConfiguration(&section, of: .generator, knownData)
      let decay = section.optionalSection("average") {
        $0.number("decay", default: 0.999, in: 0..<1)
      }
      return (network, decay)
    }
    let (network, discriminatorSteps, warmUpSteps) = reader.section("discriminator") { section in
      (
        NetworkConfiguration(&section, of: .discriminator, knownData),
        section.integer("steps", default: 1, in: 1...1000),
        section.integer("warmUpSteps", default: 0, in: 0...)
      )
    }
    discriminator = network
    schedule = AdversarialSchedule(
      discriminatorSteps: discriminatorSteps, warmUpSteps: warmUpSteps)

    objective = reader.section("objective") { section in
      CrossEntropyObjective(
        section.kind(from: CrossEntropyObjective.GeneratorLoss.self, default: .nonSaturating),
        labelSmoothing: section.number("labelSmoothing", default: 0, in: 0..<0.5))
    }
    (steps, batchSize) = reader.section("training") { section in
      (section.integer("steps", in: 1...), section.integer("batchSize", default: 64, in: 2...65536))
    }
    metricsEvery = reader.section("metrics") { $0.integer("every", default: 1, in: 1...) }
    let isImage = knownData?.isImage ?? true
    samples = reader.section("samples") { section in
      let samples = SampleConfiguration(
        every: section.integer("every", default: 1000, in: 1...),
        count: section.integer("count", default: isImage ? 64 : 2500, in: 1...100_000),
        columns: isImage ? section.integer("columns", default: 8, in: 1...1000) : 1,
        scale: isImage ? section.integer("scale", default: 2, in: 1...32) : 1)
      if let size = knownData?.imageSize, (try? samples.grid(cell: size)) == nil {
        section.problem(
          at: "count", "\(samples.count) images at scale \(samples.scale) are too large a sheet",
          comparing: ["columns", "scale"])
      }
      return samples
    }
    checkpoints = reader.section("checkpoints") { section in
      CheckpointConfiguration(
        every: section.integer("every", default: 1000, in: 1...),
        keep: section.integer("keep", default: 2, in: 1...))
    }
  }
}

extension ExperimentConfiguration {
  /// The configuration with paths of data that hold wherever the program was started.
  func located(in directory: String) -> ExperimentConfiguration {
    guard case .images(let source, let size, let fit, let isGrey) = data else { return self }
    func place(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
    let located: DataConfiguration.ImageSource =
      switch source {
      case .fashion: .fashion
      case .mnist(let path): .mnist(path: path.map(place))
      case .idx(let path): .idx(path: place(path))
      case .folder(let path): .folder(path: place(path))
      }
    var copy = self
    copy.data = .images(source: located, size: size, fit: fit, isGrey: isGrey)
    return copy
  }
}
