import TandemCharts
import TandemImages

extension Comparison {
  /// How a comparison is drawn.
  public struct Drawing: Sendable {
    /// The line above the chart; the experiments' names where it is empty.
    public var title: String
    /// Whether values are laid on a logarithmic axis.
    public var isLogarithmic: Bool

    /// A drawing with nothing special about it unless given.
    public init(title: String = "", isLogarithmic: Bool = false) {
      self.title = title
      self.isLogarithmic = isLogarithmic
    }
  }

  /// The curves as an SVG document.
  ///
  /// - Throws: `ComparisonError.drawing` for what cannot be drawn.
  public func svg(_ drawing: Drawing = Drawing()) throws(ComparisonError) -> String {
    try drawn {
      let (chart, width, height) = try chart(drawing)
      return try chart.svg(width: width, height: height)
    }
  }

  /// The curves as a PNG file of two pixels a unit.
  ///
  /// - Throws: `ComparisonError.drawing` for what cannot be drawn.
  public func png(_ drawing: Drawing = Drawing()) throws(ComparisonError) -> [UInt8] {
    try drawn {
      let (chart, width, height) = try chart(drawing)
      let text = PNG.Text("runs", runs.map(\.id).joined(separator: " "))
      return try chart.png(width: width, height: height, scale: 2, text: [text])
    }
  }

  private func drawn<Result>(_ body: () throws -> Result) throws(ComparisonError) -> Result {
    do {
      return try body()
    } catch {
      throw .drawing("\(error)")
    }
  }

  /// The chart with the size in units that becomes it: a panel for each metric that is more than
  /// single points, or for each if none is.
  func chart(
    _ drawing: Drawing
  ) throws(ChartError) -> (chart: any Chart, width: Int, height: Int) {
    let curves = metrics.filter(\.hasCurve)
    let shown = curves.isEmpty ? metrics : curves
    let time = TimeUnit(longest: shown.flatMap { $0.curves.map { $0?.x.last ?? 0 } }.max() ?? 0)
    var panels: [LineChart] = []
    for metric in shown { panels.append(try panel(of: metric, drawing, time)) }
    let title = drawing.title.isEmpty ? experiments : drawing.title
    if panels.count == 1 {
      panels[0].title = title
      panels[0].subtitle = subtitle
      return (panels[0], 720, 440)
    }
    let chart = LineChartPanels(title: title, subtitle: subtitle, panels: panels)
    let (width, height) = try chart.size()
    return (chart, width, height)
  }

  private func panel(
    of metric: MetricComparison, _ drawing: Drawing, _ time: TimeUnit
  ) throws(ChartError) -> LineChart {
    let unit = request.quantity == .time ? time.seconds : 1
    var series: [LineChart.Series] = []
    for (group, curve) in zip(groups, metric.curves) {
      // Every group keeps its place, and so its colour, in all panels.
      let x = curve?.x.map { $0 / unit } ?? []
      let mean = curve?.mean ?? []
      if let raw = curve?.raw {
        series.append(try .init(group.label, x: x, y: raw, smoothed: mean))
      } else if let band = curve?.band {
        series.append(
          try .init(group.label, x: x, y: mean, lower: band.lower, upper: band.upper))
      } else {
        series.append(try .init(group.label, x: x, y: mean))
      }
    }
    return LineChart(
      x: Axis(request.quantity.rawValue, unit: request.quantity == .time ? time.name : ""),
      y: Axis(
        metric.name, unit: metric.unit, scale: drawing.isLogarithmic ? .logarithmic : .linear),
      series: series)
  }

  /// The names of the experiments, the first few of many.
  private var experiments: String {
    var seen: Set<String> = []
    let names = runs.map(\.experiment).filter { seen.insert($0).inserted }
    return names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
  }

  /// What the curves are: of one group its label, what curves mean, and which metrics have none.
  private var subtitle: String {
    var parts: [String] = []
    if groups.count == 1, groups[0].label != experiments { parts.append(groups[0].label) }
    parts += meaning
    let single = metrics.filter { !$0.hasCurve }.map(\.name)
    if !single.isEmpty, single.count < metrics.count {
      parts.append("not drawn: \(single.joined(separator: ", "))")
    }
    return parts.joined(separator: "  ·  ")
  }

  /// What bands are, and how curves were smoothed, in words.
  package var meaning: [String] {
    var parts: [String] = []
    let sizes = Set(groups.map(\.runs.count))
    if let least = sizes.min(), let most = sizes.max(), most > 1 {
      let member = request.key == nil ? "seeds" : "runs"
      parts.append(
        "mean ± standard deviation of \(least == most ? "\(most)" : "\(least) to \(most)")"
          + " \(member)")
    }
    if request.smoothing > 0 {
      parts.append("smoothing \(ValueText.short(request.smoothing))")
    }
    return parts
  }
}

extension MetricComparison {
  /// Whether a group has more of it than one point.
  fileprivate var hasCurve: Bool { curves.contains { ($0?.x.count ?? 0) > 1 } }
}

/// The unit in which times read best.
struct TimeUnit: Equatable {
  /// Its sign: s, min or h.
  let name: String
  /// How many seconds it has.
  let seconds: Double

  init(longest: Double) {
    (name, seconds) = longest < 300 ? ("s", 1) : longest < 3 * 3600 ? ("min", 60) : ("h", 3600)
  }
}
