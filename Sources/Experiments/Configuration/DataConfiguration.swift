import TandemDatasets
import TandemRuns

/// The `data` section: which real samples there are.
public enum DataConfiguration: Sendable {
  /// Gaussians on a circle.
  case ring(modes: Int, radius: Double, sigma: Double)
  /// Gaussians on a square grid.
  case grid(side: Int, spacing: Double, sigma: Double)
  /// Images from a known set, IDX files or a folder of PNGs.
  case images(source: ImageSource, size: Int, fit: ImageFit, isGrey: Bool)

  /// Where images come from; a relative path is one from the experiment's directory.
  public enum ImageSource: Sendable {
    /// Fashion-MNIST, where Debian's package puts it.
    case fashion
    /// MNIST, in a folder or where `tandem data fetch` puts it.
    case mnist(path: String?)
    /// An IDX file of images.
    case idx(path: String)
    /// A folder of PNG files.
    case folder(path: String)
  }

  private enum Kind: String, CaseIterable {
    case ring, grid
    case fashionMNIST = "fashion-mnist"
    case mnist, idx, folder
  }

  init(_ section: inout ConfigurationReader) {
    switch section.kind(from: Kind.self) {
    case .ring:
      self = .ring(
        modes: section.integer("modes", default: 8, in: 1...1000),
        radius: section.number("radius", default: 1, in: 1e-3...1e3),
        sigma: section.number("sigma", default: 0.01, in: 1e-6...1e3))
    case .grid:
      self = .grid(
        side: section.integer("side", default: 5, in: 1...100),
        spacing: section.number("spacing", default: 2, in: 1e-3...1e3),
        sigma: section.number("sigma", default: 0.05, in: 1e-6...1e3))
    case .fashionMNIST:
      self = .images(.fashion, isGrey: true, &section)
    case .mnist:
      self = .images(.mnist(path: section.optionalText("path")), isGrey: true, &section)
    case .idx:
      let path = section.text("path")
      let isGrey = section.flag("grey", default: true)
      self = .images(.idx(path: path), isGrey: isGrey, &section)
    case .folder:
      let path = section.text("path")
      let isGrey = section.flag("grey", default: false)
      self = .images(.folder(path: path), isGrey: isGrey, &section)
    }
  }

  private static func images(
    _ source: ImageSource, isGrey: Bool, _ section: inout ConfigurationReader
  ) -> DataConfiguration {
    .images(
      source: source, size: section.integer("size", default: 32, in: 1...1024),
      fit: fits(source) ? section.choice("fit", from: ImageFit.self, default: .pad) : .resize,
      isGrey: isGrey)
  }

  /// Whether there is a choice of how images are brought to size: a folder's are always resized.
  private static func fits(_ source: ImageSource) -> Bool {
    if case .folder = source { false } else { true }
  }

  /// Whether samples are images rather than points of a plane.
  public var isImage: Bool { if case .images = self { true } else { false } }

  /// Pixels along a side of the images; nil for points.
  public var imageSize: Int? { if case .images(_, let size, _, _) = self { size } else { nil } }

  /// The shape of one sample: `[2]` or `[height, width, channels]`.
  public var elementShape: [Int] {
    switch self {
    case .ring, .grid: [2]
    case .images(_, let size, _, let isGrey): [size, size, isGrey ? 1 : 3]
    }
  }
}
