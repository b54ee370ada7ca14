import TandemAdversarial
import TandemCharts
import TandemDatasets
import TandemImages
import TandemLayers
import TandemRuns
import TandemTensors

/// Paints what the generator makes of the same latent vectors again and again, so that the sheets
/// of a run show one thing as it grows.
struct SamplePainter {
  /// The folder of the sheets below `samples`.
  static let tag = "fixed"

  private let configuration: GANConfiguration
  private let latents: Tensor
  /// The distribution of the real points, where samples are points.
  let mixture: GaussianMixture?

  init(_ configuration: GANConfiguration) throws {
    self.configuration = configuration
    var stream = RandomStream(seed: configuration.settings.seed, name: "samples")
    latents = stream.normal([configuration.samples.count, configuration.latentSize])
    mixture = try configuration.data.mixture(seed: configuration.settings.seed)
  }

  /// Paints a sheet of the trainer's present step and saves it with the run.
  ///
  /// - Returns: What the samples were found to be, for the metrics: how much they differ beside the
  ///   data, and of points how well they cover the modes.
  func paint(
    _ trainer: AdversarialTrainer<Sequential, Sequential>, beside data: DataSpread,
    in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    let (step, seed) = (trainer.step, configuration.settings.seed)
    let samples = trainer.sampler(latents)
    let coverage = mixture?.coverage(of: samples.floats)
    let (image, grid) =
      if let mixture, let coverage {
        try chart(samples, of: mixture, coverage, trainer.discriminator, step: step)
      } else {
        try sheet(of: samples)
      }
    try run.save(image, grid, tag: SamplePainter.tag, step: step, seed: seed)
    let diversity = data.diversity(of: samples).map { [("diversity", $0)] } ?? []
    guard let coverage else { return diversity }
    return diversity + [
      ("modes/covered", Double(coverage.modesCovered)),
      ("modes/high-quality", coverage.highQualityShare), ("modes/reverse-kl", coverage.reverseKL),
    ]
  }

  /// A picture, and how samples lie on it.
  typealias Sheet = (image: Image, grid: SampleGrid)

  /// Images side by side, in the configuration's grid unless told otherwise.
  func sheet(of samples: Tensor, on grid: SampleGrid? = nil) throws -> Sheet {
    let images = try images(samples)
    let grid = try grid ?? configuration.samples.grid(cell: images[0].width)
    return (try grid.sheet(of: images, background: .black), grid)
  }

  /// Points over the discriminator's posterior.
  func chart(
    _ samples: Tensor, of mixture: GaussianMixture, _ coverage: ModeCoverage,
    _ discriminator: Sequential, step: Int
  ) throws -> Sheet {
    let reach = mixture.centres.map { max(abs($0.x), abs($0.y)) }.max() ?? 1
    let domain = try Domain(halfSide: 1.35 * reach + 4 * mixture.sigma)
    let cells = 96
    let centers = domain.cellCenters(columns: cells, rows: cells)
    let logits = discriminator(Tensor(centers.flatMap { [$0.x, $0.y] }, [centers.count, 2]))
    var real = [Float](repeating: 0, count: 2 * 1000)
    try real.withUnsafeMutableBufferPointer { try mixture.read(Array(0..<1000), into: $0) }
    let percent = Int((100 * coverage.highQualityShare).rounded())
    let chart = ScatterChart(
      domain: domain, real: points(real), generated: points(Array(samples.floats.prefix(2 * 2500))),
      posterior: try PosteriorMap(columns: cells, rows: cells, values: logits.sigmoid().floats),
      title: """
        step \(step)   modes \(coverage.modesCovered)/\(coverage.modeCount)   \
        high quality \(percent) %
        """)
    let picture = try chart.picture()
    let image = try Image(
      width: picture.width, height: picture.height, format: .rgb, pixels: picture.pixels)
    let grid = try SampleGrid(
      columns: 1, rows: 1, cellWidth: picture.width, cellHeight: picture.height, padding: 0)
    return (image, grid)
  }

  private func points(_ values: [Float]) -> [SIMD2<Float>] {
    stride(from: 0, to: values.count - 1, by: 2).map { SIMD2(values[$0], values[$0 + 1]) }
  }
}

/// The images of a batch `[n, height, width, channels]` in -1...1, of one or three channels.
func images(_ batch: Tensor) throws -> [Image] {
  let (height, width, channels) = (batch.shape[1], batch.shape[2], batch.shape[3])
  let size = height * width * channels
  // A generator that has gone astray may give NaN, which has no place among the bytes: black.
  let bytes = batch.floats.map { value in
    value.isNaN ? 0 : UInt8(((min(max(value, -1), 1) + 1) * 127.5).rounded())
  }
  return try stride(from: 0, to: bytes.count, by: size).map { start in
    try Image(
      width: width, height: height, format: channels == 1 ? .grey : .rgb,
      pixels: Array(bytes[start..<(start + size)]))
  }
}
