extension SampleGrid {
  /// The sheet of the images, in their format; cells beyond the last image keep the background.
  ///
  /// Throws `ImageError.invalid` where there is no image or more than fit, or where an image
  /// differs in format from the first or in size from the cell.
  public func sheet(of images: [Image], background: Colour = .white) throws(ImageError) -> Image {
    guard let format = images.first?.format else {
      throw .invalid("a sheet needs at least one sample")
    }
    guard images.count <= capacity else {
      throw .invalid("\(images.count) samples do not fit on a sheet of \(columns)x\(rows)")
    }
    for (index, image) in images.enumerated() {
      guard image.format == format, image.width == cellWidth, image.height == cellHeight else {
        throw .invalid(
          "sample \(index) is \(image.width)x\(image.height) \(image.format.rawValue),"
            + " not \(cellWidth)x\(cellHeight) \(format.rawValue)")
      }
    }
    var sheet = try Image(width: width, height: height, format: format, filledWith: background)
    for (index, image) in images.enumerated() {
      let (x, y) = origin(of: index)
      sheet.paste(image, x: x, y: y, scale: scale)
    }
    return sheet
  }

  /// The first `count` images of a sheet, all that fit by default: the inverse of `sheet(of:)`.
  ///
  /// Throws `ImageError.invalid` where the sheet's size is not this grid's, or `count` is not
  /// 0 to `capacity`.
  public func images(on sheet: Image, count: Int? = nil) throws(ImageError) -> [Image] {
    guard sheet.width == width, sheet.height == height else {
      throw .invalid(
        "a sheet with \(geometry) is \(width)x\(height) pixels, not \(sheet.width)x\(sheet.height)")
    }
    let count = count ?? capacity
    guard (0...capacity).contains(count) else {
      throw .invalid("a sheet of \(columns)x\(rows) samples does not hold \(count)")
    }
    var images: [Image] = []
    for index in 0..<count {
      let (x, y) = origin(of: index)
      images.append(sheet.sampled(x: x, y: y, step: scale, width: cellWidth, height: cellHeight))
    }
    return images
  }

  /// The grid in words, as a sheet's text entry carries it:
  /// `columns=8 rows=8 cell=32x32 padding=2 scale=2`.
  public var geometry: String {
    "columns=\(columns) rows=\(rows) cell=\(cellWidth)x\(cellHeight) padding=\(padding)"
      + " scale=\(scale)"
  }

  /// The grid that a `geometry` describes.
  ///
  /// Throws `ImageError.invalid` where the words are not exactly those of `geometry`.
  public init(geometry: String) throws(ImageError) {
    let form = /columns=(\d+) rows=(\d+) cell=(\d+)x(\d+) padding=(\d+) scale=(\d+)/
    guard let match = geometry.wholeMatch(of: form)?.output,
      let columns = Int(match.1), let rows = Int(match.2), let width = Int(match.3),
      let height = Int(match.4), let padding = Int(match.5), let scale = Int(match.6)
    else {
      throw .invalid(
        "\(geometry.debugDescription) is not a grid: expected"
          + " \"columns=8 rows=8 cell=32x32 padding=2 scale=2\"")
    }
    try self.init(
      columns: columns, rows: rows, cellWidth: width, cellHeight: height, padding: padding,
      scale: scale)
  }
}

extension Image {
  /// Every `step`-th pixel along both sides, starting at (`x`, `y`).
  fileprivate func sampled(x: Int, y: Int, step: Int, width: Int, height: Int) -> Image {
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height * channels)
    for row in 0..<height {
      for column in 0..<width {
        let start = ((y + row * step) * self.width + x + column * step) * channels
        samples += pixels[start..<start + channels]
      }
    }
    return Image(unchecked: samples, width: width, height: height, format: format)
  }
}
