/// Images of one size in memory, one byte a value, with or without labels.
public struct ImageDataset: Dataset {
  public let name: String
  public let count: Int?
  /// [height, width, channels].
  public let elementShape: [Int]
  public let classes: Classes?

  private let pixels: ByteStorage
  private let labels: [UInt16]?

  /// Images that lie one after another in `pixels`, and their labels where `classes` has them.
  init(
    name: String, elementShape: [Int], pixels: ByteStorage, labels: [UInt16]?, classes: Classes?
  ) {
    self.name = name
    self.elementShape = elementShape
    self.pixels = pixels
    self.labels = labels
    self.classes = classes
    count = pixels.bytes.count / elementShape.reduce(1, *)
  }

  /// Writes 2p/255 − 1 for every byte p: 0 becomes −1 and 255 becomes 1, exactly.
  public func read(_ indices: [Int], into elements: UnsafeMutableBufferPointer<Float>) throws {
    let size = elementSize
    try check(indices, room: elements.count, each: size)
    guard let source = pixels.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
      var target = elements.baseAddress
    else { return }
    for index in indices {
      ImageScale.expand(source + index * size, to: target, count: size)
      target += size
    }
  }

  public func readLabels(_ indices: [Int], into target: UnsafeMutableBufferPointer<Int32>) throws {
    try check(indices, room: target.count, each: 1)
    guard let labels else {
      throw DatasetError.invalid(parameter: name, reason: "its images have no labels")
    }
    for (place, index) in indices.enumerated() {
      target.initializeElement(at: place, to: Int32(labels[index]))
    }
  }

  /// The bytes of one image, row-major, channels together: what it looked like before scaling.
  ///
  /// - Throws: `DatasetError.invalid` when the index is out of range.
  public func bytes(of index: Int) throws -> [UInt8] {
    try check([index], room: elementSize, each: elementSize)
    return Array(pixels.bytes[index * elementSize..<(index + 1) * elementSize])
  }
}

/// The scale between bytes and the floats networks see.
enum ImageScale {
  /// Writes (p − 127.5) / 127.5, correctly rounded, for `count` bytes p.
  static func expand(
    _ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    for place in 0..<count {
      (target + place).initialize(to: (Float(source[place]) - 127.5) / 127.5)
    }
  }
}
