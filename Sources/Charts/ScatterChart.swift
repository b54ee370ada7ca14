/// Real and generated points of the plane over a discriminator's posterior p(real | x).
///
/// Both axes have the same scale. Points that are not finite are left out. A point outside the
/// domain is marked by a triangle at the nearest place of the border, and the legend counts them,
/// so that a generator that runs away is seen.
public struct ScatterChart: Sendable {
  /// The part of the plane shown.
  public var domain: Domain
  /// Samples of the data.
  public var real: [SIMD2<Float>]
  /// Samples of the generator.
  public var generated: [SIMD2<Float>]
  /// The discriminator's posterior over `domain`; without one (a critic has none) the plot's ground
  /// is neutral and there is no colour bar.
  public var posterior: PosteriorMap?
  /// One line above the plot, such as "step 2000   modes 8/8"; cut with "…" where it is too long.
  public var title: String

  /// A chart of the given points.
  public init(
    domain: Domain, real: [SIMD2<Float>], generated: [SIMD2<Float>],
    posterior: PosteriorMap? = nil, title: String = ""
  ) {
    self.domain = domain
    self.real = real
    self.generated = generated
    self.posterior = posterior
    self.title = title
  }

  /// The chart as a picture; the same chart has the same pixels every time on one machine.
  ///
  /// - Throws: `ChartError.size` or `.noRoom` for a size that cannot hold it, `.cairo` when Cairo
  ///   fails.
  public func picture(width: Int = 720, height: Int = 640) throws(ChartError) -> Picture {
    let canvas = try Canvas(width: width, height: height)
    let layout = try ScatterLayout(
      width: width, height: height, domain: domain, hasBar: posterior != nil)
    try drawGround(on: canvas, layout)
    let outside = drawPoints(on: canvas, layout)
    drawAxes(on: canvas, layout)
    if posterior != nil { try drawBar(on: canvas, layout) }
    drawHeading(on: canvas, layout, outside: outside)
    return try canvas.picture()
  }
}
