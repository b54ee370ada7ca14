/// What a report page is to hold, and how large it may be.
public struct ReportOptions: Sendable {
  /// The page's title; nil for one made of the runs' experiments.
  public var title: String?
  /// The most bytes that the page may have.
  public var maximumBytes: Int
  /// The most points of a curve, at least 16; of longer ones the least and the greatest value of
  /// each stretch are kept.
  public var maximumPoints: Int
  /// Whether sample sheets and texts are shown.
  public var includesSamples: Bool
  /// Seconds after which an open page loads its file again; nil where the file stays as it is.
  public var reloadSeconds: Double?
  /// The folder of the chart library, dygraphs.
  public var libraryFolder: String

  /// Where Debian's package `libjs-dygraphs` lies.
  public static let packagedLibrary = "/usr/share/javascript/dygraphs"

  /// By default everything, in at most 25 MB, with 2,000 points a curve.
  public init(
    title: String? = nil, maximumBytes: Int = 25_000_000, maximumPoints: Int = 2000,
    includesSamples: Bool = true, reloadSeconds: Double? = nil,
    libraryFolder: String = ReportOptions.packagedLibrary
  ) {
    self.title = title
    self.maximumBytes = maximumBytes
    self.maximumPoints = max(16, maximumPoints)
    self.includesSamples = includesSamples
    self.reloadSeconds = reloadSeconds
    self.libraryFolder = libraryFolder
  }
}
