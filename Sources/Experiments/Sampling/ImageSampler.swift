import Foundation
import TandemDatasets
import TandemImages
import TandemLayers
import TandemRuns
import TandemTensors

/// Paints samples of the generator of a run.
public struct ImageSampler: Sendable {
  /// A painted picture.
  public struct Picture: Sendable {
    /// The picture with what it shows in its text entries, as a PNG file.
    public let png: [UInt8]
    /// Rows of samples; 1 of a picture of points.
    public let rows: Int
    /// Samples in a row; 1 of a picture of points.
    public let columns: Int
    /// Samples painted.
    public let count: Int

    /// What a program wants to know of the picture, as JSON.
    ///
    /// - Parameter file: Where the picture is.
    public func json(file: String, step: Int, seed: UInt64) throws -> String {
      struct Facts: Encodable {
        let file: String
        let step: Int
        let seed: UInt64
        let rows, columns, count: Int
      }
      return try ReportText.json(
        Facts(file: file, step: step, seed: seed, rows: rows, columns: columns, count: count))
    }
  }

  /// Steps that the model had been trained for.
  public let step: Int
  /// What the run's random numbers follow from.
  public let runSeed: UInt64

  private let configuration: GANConfiguration
  private let generator: Sequential
  private let discriminator: Sequential
  private let painter: SamplePainter
  private let record: RunRecord

  /// A sampler of a run's generator, the averaged one where there is one.
  ///
  /// - Throws: `RunError` for a damaged checkpoint.
  init(_ run: StoredRun, _ configuration: GANConfiguration) throws {
    self.configuration = configuration
    var (generator, discriminator) = configuration.initialNetworks()
    let isAveraged = run.checkpoint.files["average.safetensors"] != nil
    try run.load(&generator, from: isAveraged ? "average" : "generator")
    try run.load(&discriminator, from: "discriminator")
    (self.generator, self.discriminator) = (generator, discriminator)
    painter = try SamplePainter(configuration)
    record = run.record
    step = run.checkpoint.step
    runSeed = run.record.seed
  }

  /// Samples that the run's own sheets show.
  public var usualCount: Int { configuration.samples.count }

  /// Rows of images that the run's own sheets show.
  public var usualRows: Int {
    (configuration.samples.count - 1) / configuration.samples.columns + 1
  }

  /// Samples of latent vectors drawn from a seed: images side by side, or points over the
  /// discriminator's posterior. The run's own seed and count give the sheet that the run painted
  /// at this step.
  ///
  /// - Throws: `ImageError` for a sheet that would be too large.
  public func sheet(count: Int, seed: UInt64) throws -> Picture {
    if let mixture = painter.mixture {
      let samples = samples(of: latents(count, seed))
      let (image, grid) = try painter.chart(
        samples, of: mixture, mixture.coverage(of: samples.floats), discriminator, step: step)
      return try picture(image, grid, count: count, seed: seed)
    }
    let grid = try grid(count: count, columns: min(configuration.samples.columns, count))
    let (image, _) = try painter.sheet(of: samples(of: latents(count, seed)), on: grid)
    return try picture(image, grid, count: count, seed: seed)
  }

  /// Rows of images, each on the way from one latent vector to another: row r leads from vector
  /// 2 r to vector 2 r + 1 of those that `sheet` paints from the same seed; see `LatentPath`.
  ///
  /// - Throws: `SamplingRequestError` for a run of points, `ImageError` for a sheet that would be
  ///   too large.
  public func interpolation(rows: Int, seed: UInt64) throws -> Picture {
    guard painter.mixture == nil else {
      throw SamplingRequestError("a run of points has no images to interpolate between")
    }
    let columns = max(configuration.samples.columns, 3)
    let (count, isTooLarge) = rows.multipliedReportingOverflow(by: columns)
    let grid = try grid(count: isTooLarge ? .max : count, columns: columns)
    let size = configuration.latentSize
    let ends = latents(2 * rows, seed).floats
    var path: [Float] = []
    path.reserveCapacity(count * size)
    for row in 0..<rows {
      let start = 2 * row * size
      path += LatentPath.spherical(
        from: Array(ends[start..<(start + size)]),
        to: Array(ends[(start + size)..<(start + 2 * size)]), count: columns
      ).joined()
    }
    let samples = samples(of: Tensor(path, [count, size]))
    let (image, _) = try painter.sheet(of: samples, on: grid)
    return try picture(image, grid, count: count, seed: seed)
  }

  /// The first latent vectors of a seed, those of the run's own sheets for the run's seed.
  private func latents(_ count: Int, _ seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, name: "samples")
    return stream.normal([count, configuration.latentSize])
  }

  /// What the generator makes of latent vectors, so many at a time that a training step would have
  /// needed as much memory, but never fewer than a sheet of the run has.
  private func samples(of latents: Tensor) -> Tensor {
    let portion = max(configuration.batchSize, configuration.samples.count)
    let count = latents.shape[0]
    if count <= portion { return generator(latents) }
    return .concatenate(
      stride(from: 0, to: count, by: portion).map {
        generator(latents.slice(axis: 0, $0..<min($0 + portion, count)))
      })
  }

  /// How images lie on a sheet, looked at before any is made.
  private func grid(count: Int, columns: Int) throws(ImageError) -> SampleGrid {
    var samples = configuration.samples
    (samples.count, samples.columns) = (count, columns)
    return try samples.grid(cell: configuration.data.imageSize ?? 1)
  }

  private func picture(
    _ image: Image, _ grid: SampleGrid, count: Int, seed: UInt64
  ) throws -> Picture {
    let png = PNG(image, grid, of: record, step: step, seed: seed)
    return Picture(
      png: try png.encoded(), rows: grid.rows, columns: grid.columns, count: count)
  }
}

extension GANConfiguration {
  public func sampler(of run: StoredRun) throws -> RunSampler? {
    .images(try ImageSampler(run, self))
  }

  public func sample(_ tag: String, of run: StoredRun) throws -> [UInt8]? {
    guard tag == SamplePainter.tag else { return nil }
    return try ImageSampler(run, self).sheet(count: samples.count, seed: settings.seed).png
  }
}
