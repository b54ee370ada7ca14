import TandemAdversarial
import TandemHealth
import TandemImages
import TandemRuns

/// What the `experiment.yaml` of a GAN says: everything that decides what a training does.
public struct GANConfiguration: ExperimentConfiguration {
  public var settings: RunSettings
  /// Which real samples there are.
  public var data: DataConfiguration
  /// Numbers in a latent vector.
  public var latentSize: Int
  /// The network that makes samples.
  public var generator: NetworkConfiguration
  /// The network that judges them.
  public var discriminator: NetworkConfiguration
  /// Decay of the generator's moving average; none if absent.
  public var averageDecay: Double?
  /// Which updates a step consists of.
  public var schedule: AdversarialSchedule
  /// What the two networks minimise.
  public var objective: CrossEntropyObjective
  /// Steps of the whole training.
  public var steps: Int
  /// Real samples in a batch, and generated ones.
  public var batchSize: Int
  /// How sample sheets are painted.
  public var samples: SampleConfiguration

  /// How sample sheets are painted.
  public struct SampleConfiguration: Sendable {
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

  /// Reads the configuration strictly; problems stay with the reader, for its `finish`.
  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
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
      (section.steps(), section.integer("batchSize", default: 64, in: 2...65536))
    }
    let metricsEvery = reader.metricsEvery()
    let samplesEvery: Int
    (samplesEvery, samples) = reader.samples { SampleConfiguration(&$0, of: knownData) }
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      checkpoints: reader.checkpoints(), health: reader.health(of: data.healthSubject),
      tensorBoard: reader.tensorBoard())
  }
}

extension GANConfiguration.SampleConfiguration {
  /// Reads the keys of the `samples` section; `data` are nil where they could not be read.
  fileprivate init(_ section: inout ConfigurationReader, of data: DataConfiguration?) {
    let isImage = data?.isImage ?? true
    count = section.integer("count", default: isImage ? 64 : 2500, in: 1...100_000)
    columns = isImage ? section.integer("columns", default: 8, in: 1...1000) : 1
    scale = isImage ? section.integer("scale", default: 2, in: 1...32) : 1
    if let size = data?.imageSize, (try? grid(cell: size)) == nil {
      section.problem(
        at: "count", "\(count) images at scale \(scale) are too large a sheet",
        comparing: ["columns", "scale"])
    }
  }
}

extension DataConfiguration {
  /// What the health rules know of a training on the data.
  fileprivate var healthSubject: HealthSubject {
    switch self {
    case .ring(let modes, _, _): .adversarial(.points(modes: modes))
    case .grid(let side, _, _): .adversarial(.points(modes: side * side))
    case .images: .adversarial(.samples)
    }
  }
}

extension GANConfiguration {
  public func located(in directory: String) -> GANConfiguration {
    guard case .images(let source, let size, let fit, let isGrey) = data else { return self }
    let located: DataConfiguration.ImageSource =
      switch source {
      case .fashion: .fashion
      case .mnist(let path): .mnist(path: path.map { self.path($0, in: directory) })
      case .idx(let path): .idx(path: self.path(path, in: directory))
      case .folder(let path): .folder(path: self.path(path, in: directory))
      }
    var copy = self
    copy.data = .images(source: located, size: size, fit: fit, isGrey: isGrey)
    return copy
  }
}
