import TandemCharts
import TandemClassification
import TandemImages

/// An image beside itself with each method's map over it.
///
/// Red pixels raise the score, or would if they were brighter; blue ones lower it. A map's colours
/// are as strong as its values, up to the magnitude that all but a hundredth of them stay below.
struct SaliencyChart: Chart {
  private struct Panel {
    let picture: Picture
    let caption: String
    /// What its red says; empty of the image.
    var meaning = ""
  }

  private static let (side, gap, top, bottom) = (196, 12, 50, 42)
  private let panels: [Panel]
  private let title: String

  init(_ saliency: Saliency) throws {
    let shape = saliency.shape
    let size = shape[0] * shape[1]
    // One number of each pixel: its channels joined.
    func overPixels(_ values: [Float], _ join: (ArraySlice<Float>) -> Float) -> [Double] {
      (0..<size).map { Double(join(values[($0 * shape[2])..<(($0 + 1) * shape[2])])) }
    }
    func picture(_ pixels: [UInt8]) throws -> Picture {
      let image = try Image(width: shape[1], height: shape[0], format: .rgb, pixels: pixels)
      return try Picture(image.scaled(by: max(1, Self.side / shape[1])))
    }
    let colours = (0..<size).flatMap { pixel in
      (0..<3).map { channel in
        let value = saliency.pixels[pixel * shape[2] + min(channel, shape[2] - 1)]
        return UInt8(((min(max(value, -1), 1) + 1) * 127.5).rounded())
      }
    }
    let grey = overPixels(saliency.pixels) { ($0.reduce(0, +) / Float($0.count) + 1) / 2 }
    var panels = [Panel(picture: try picture(colours), caption: saliency.imageName)]
    for map in saliency.maps {
      let values = overPixels(map.values) { $0.reduce(0, +) }
      let sorted = values.map(abs).sorted()
      let strongest = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
      let scale = strongest > 0 ? strongest : sorted.last.map { $0 > 0 ? $0 : 1 } ?? 1
      let pixels = zip(grey, values).flatMap { Self.colour(grey: $0, heat: $1 / scale) }
      panels.append(
        Panel(
          picture: try picture(pixels), caption: map.method.caption, meaning: map.method.meaning))
    }
    self.panels = panels
    let what = saliency.label.map { "class \($0.number) \($0.name)" } ?? "real"
    let percent = (saliency.probability * 1000).rounded() / 10
    title = "\(what)   \(percent) %   step \(saliency.step)"
  }

  /// A dimmed grey under red or blue.
  private static func colour(grey: Double, heat: Double) -> [UInt8] {
    let strength = min(abs(heat), 1)
    let hue = heat >= 0 ? [255.0, 72, 40] : [48, 132, 255]
    let base = 255 * 0.65 * min(max(grey, 0), 1)
    return hue.map { UInt8((base * (1 - strength) + $0 * strength).rounded()) }
  }

  /// The chart in its own size.
  func picture() throws(ChartError) -> Picture {
    try picture(
      width: panels.count * (Self.side + Self.gap) + Self.gap,
      height: Self.top + Self.side + Self.bottom)
  }

  func draw(on canvas: Canvas) throws(ChartError) {
    let left = Double(Self.gap)
    let width = Double(canvas.width) - 2 * left
    let titleFont = Canvas.Font(size: 14, isBold: true)
    canvas.text(
      canvas.shortened(title, to: width, font: titleFont), at: Position(left, 21),
      font: titleFont, color: .ink)
    let font = Canvas.Font(size: 11)
    canvas.text(
      canvas.shortened(
        "red raises the score, blue lowers it; each map has its own scale", to: width, font: font),
      at: Position(left, 39), font: font, color: .softInk)
    for (index, panel) in panels.enumerated() {
      let x = Double(Self.gap + index * (Self.side + Self.gap))
      let side = Double(Self.side)
      try canvas.paint(
        panel.picture, in: Box(x: x, y: Double(Self.top), width: side, height: side))
      canvas.text(
        canvas.shortened(panel.caption, to: side, font: font),
        at: Position(x, Double(Self.top) + side + 16), font: font, color: .ink)
      canvas.text(
        canvas.shortened(panel.meaning, to: side, font: font),
        at: Position(x, Double(Self.top) + side + 32), font: font, color: .softInk)
    }
  }
}

extension AttributionMethod {
  /// What a panel is called.
  fileprivate var caption: String {
    switch self {
    case .gradient: "gradient"
    case .gradientTimesInput: "gradient times input"
    case .smooth: "smoothed gradient"
    case .integrated: "integrated gradients"
    }
  }

  /// What red says of a pixel.
  fileprivate var meaning: String {
    switch self {
    case .gradient, .smooth: "red: brighter would raise it"
    case .gradientTimesInput, .integrated: "red: as it is, it raises it"
    }
  }
}
