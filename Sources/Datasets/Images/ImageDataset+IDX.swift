extension ImageDataset {
  /// Images from an IDX file of bytes, [count, height, width] or [count, height, width, channels],
  /// with labels from another one, [count] of any integer type.
  ///
  /// - Parameters:
  ///   - labels: the file with the labels; nil for images without.
  ///   - classes: the classes in the order of the labels; nil names them by number.
  ///   - size: the side of the square the images are brought to; nil leaves them as they are.
  ///   - background: the byte that padding fills in.
  /// - Throws: `DatasetError`, naming the file at fault.
  public init(
    name: String, images path: String, labels labelPath: String? = nil, classes: Classes? = nil,
    size: Int? = nil, fit: ImageFit = .pad, background: UInt8 = 0
  ) throws {
    let array = try IDXArray(contentsOf: path)
    guard array.type == .uint8, array.shape.count == 3 || array.shape.count == 4 else {
      throw DatasetError.unsuitable(
        path: path,
        reason: "holds \(IDXArray.text(array.shape)) of \(array.type), not bytes of rank 3"
          + " (count, height, width) or 4 (… and channels)")
    }
    let original = Array(array.shape[1...]) + (array.shape.count == 3 ? [1] : [])
    guard !array.shape.contains(0), original[2] <= 4 else {
      throw DatasetError.unsuitable(
        path: path,
        reason: "\(IDXArray.text(array.shape)) is not a set of images of 1 to 4 channels")
    }
    let labels = try labelPath.map {
      try Self.labels(at: $0, count: array.shape[0], of: path, classes)
    }
    let fitted = try Self.fitted(array, shape: original, to: size, fit, background)
    self.init(
      name: name, elementShape: size.map { [$0, $0, original[2]] } ?? original, pixels: fitted,
      labels: labels?.values, classes: labels?.classes)
  }

  private static func labels(
    at path: String, count: Int, of images: String, _ classes: Classes?
  ) throws -> (values: [UInt16], classes: Classes) {
    let array = try IDXArray(contentsOf: path)
    guard array.shape.count == 1, array.type != .float32, array.type != .float64 else {
      throw DatasetError.unsuitable(
        path: path,
        reason: "holds \(IDXArray.text(array.shape)) of \(array.type), not a list of integer labels"
      )
    }
    guard array.count == count else {
      throw DatasetError.labelMismatch(
        path: path, reason: "\(array.count) labels for the \(count) images of \(images)")
    }
    let limit = classes?.count ?? Int(UInt16.max) + 1
    var highest = 0
    let values = try array.doubles().enumerated().map { place, value in
      guard value >= 0, value < Double(limit) else {
        throw DatasetError.labelMismatch(
          path: path, reason: "label \(place) is \(Int(value)), outside 0 ..< \(limit)")
      }
      highest = max(highest, Int(value))
      return UInt16(value)
    }
    return (values, classes ?? Classes(count: highest + 1))
  }

  private static func fitted(
    _ array: IDXArray, shape: [Int], to size: Int?, _ fit: ImageFit, _ background: UInt8
  ) throws -> ByteStorage {
    guard let size, shape[0] != size || shape[1] != size else { return array.storage }
    guard (1...65_536).contains(size) else {
      throw DatasetError.invalid(parameter: "size", reason: "\(size) is not in 1 ... 65536")
    }
    if fit == .pad, size < shape[0] || size < shape[1] {
      throw DatasetError.unsuitable(
        path: array.path,
        reason: "images of \(shape[0])x\(shape[1]) cannot be padded to \(size)x\(size); resize them"
      )
    }
    let (count, original) = (array.shape[0], shape.reduce(1, *))
    let (total, overflows) = count.multipliedReportingOverflow(by: size * size * shape[2])
    guard !overflows, let storage = ByteStorage(count: total) else {
      throw DatasetError.unreadable(
        path: array.path, reason: "\(count) images of \(size)x\(size) do not fit in memory")
    }
    switch fit {
    case .pad:
      let (source, target) = (array.storage.bytes.baseAddress!, storage.bytes.baseAddress!)
      let padding = Padding(height: shape[0], width: shape[1], channels: shape[2], size: size)
      for place in 0..<count {
        padding.copy(
          source + place * original, to: target + place * size * size * shape[2],
          background: background)
      }
    case .resize:
      try parallel(count) { place in
        let image = array.storage.bytes[place * original..<(place + 1) * original]
        let scaled = try ImageFile.square(
          UnsafeRawBufferPointer(rebasing: image),
          height: shape[0], width: shape[1], channels: shape[2], size: size)
        storage.bytes[place * scaled.count..<(place + 1) * scaled.count].copyBytes(from: scaled)
      }
    }
    return storage
  }
}
