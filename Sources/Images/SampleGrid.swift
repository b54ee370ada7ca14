/// How equal-sized images lie on a sheet: in rows from the top left, with padding between them
/// and around them.
///
/// The sheet is `columns * cellWidth * scale + (columns + 1) * padding` pixels wide, and high
/// likewise. The padding is not scaled.
public struct SampleGrid: Hashable, Sendable {
  /// The key of the text entry that carries a sheet's `geometry`.
  public static let textKey = "grid"

  /// Images side by side.
  public let columns: Int
  /// Images below each other.
  public let rows: Int
  /// Pixels of an image from left to right, before scaling.
  public let cellWidth: Int
  /// Pixels of an image from top to bottom, before scaling.
  public let cellHeight: Int
  /// Pixels of the sheet between images and around them.
  public let padding: Int
  /// How many times each pixel of an image is repeated along both sides.
  public let scale: Int

  /// Throws `ImageError.invalid` where a number is less than 1, the padding is negative or the
  /// sheet is too large.
  public init(
    columns: Int, rows: Int, cellWidth: Int, cellHeight: Int, padding: Int = 2, scale: Int = 1
  ) throws(ImageError) {
    self.columns = columns
    self.rows = rows
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
    self.padding = padding
    self.scale = scale
    // Sides below 2^16 keep every product and sum within 64 bits.
    let numbers = [columns, rows, cellWidth, cellHeight, scale]
    guard numbers.allSatisfy({ (1..<1 << 16).contains($0) }), (0..<1 << 16).contains(padding),
      width <= Int32.max, height <= Int32.max, width * height <= Image.maximumSamples / 4
    else { throw .invalid("no sheet of samples can have \(geometry)") }
  }

  /// A grid for `count` images of the size given, in `columns` columns or as near a square as
  /// `count` allows.
  ///
  /// Throws `ImageError.invalid` as `init(columns:rows:…)` does.
  public init(
    count: Int, columns: Int? = nil, cellWidth: Int, cellHeight: Int, padding: Int = 2,
    scale: Int = 1
  ) throws(ImageError) {
    let columns = columns ?? Int(Double(max(count, 0)).squareRoot().rounded(.up))
    guard count > 0, columns > 0 else {
      throw .invalid("no sheet of samples can have \(count) images in \(columns) columns")
    }
    try self.init(
      columns: columns, rows: (count - 1) / columns + 1, cellWidth: cellWidth,
      cellHeight: cellHeight, padding: padding, scale: scale)
  }

  /// Images that fit on the sheet.
  public var capacity: Int { columns * rows }

  /// Pixels of the sheet from left to right.
  public var width: Int { columns * cellWidth * scale + (columns + 1) * padding }
  /// Pixels of the sheet from top to bottom.
  public var height: Int { rows * cellHeight * scale + (rows + 1) * padding }

  /// The top left pixel on the sheet of image `index`, counted along rows from 0.
  public func origin(of index: Int) -> (x: Int, y: Int) {
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    return (
      padding + column * (cellWidth * scale + padding),
      padding + row * (cellHeight * scale + padding)
    )
  }
}
