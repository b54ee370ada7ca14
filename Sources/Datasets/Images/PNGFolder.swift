import Foundation

/// The PNG images of a folder, cut and scaled to squares of one size, read from disk when asked for.
///
/// The files of the folder itself are a set without labels. Files in its subfolders are a labelled
/// set: each subfolder with images is a class, in the order of their names. Files come in the order
/// of their names too; names that begin with a dot and other kinds of files are passed over.
public struct PNGFolder: Dataset {
  /// What colours the images are brought to.
  public enum Colours: String, Codable, CaseIterable, Sendable {
    /// One channel.
    case grey
    /// Three channels.
    case rgb

    /// The number of channels.
    public var channels: Int { self == .grey ? 1 : 3 }
  }

  public let name: String
  public let elementShape: [Int]
  public let classes: Classes?

  /// The paths of the images in the order of their indices.
  public let files: [String]

  private let labels: [UInt16]?
  private let colours: Colours

  public var count: Int? { files.count }

  /// Lists the images below `directory`; opens none of them yet.
  ///
  /// - Parameters:
  ///   - name: what the set is called; nil takes the folder's name.
  ///   - size: the side of the squares: the largest one in the middle of an image is scaled to it.
  ///   - colours: what pixels become; transparent parts are laid over white.
  /// - Throws: `DatasetError` when the folder cannot be listed, has no images, or has them both in
  ///   itself and in subfolders.
  public init(
    _ directory: String, name: String? = nil, size: Int, colours: Colours = .rgb
  ) throws {
    guard (1...65_536).contains(size) else {
      throw DatasetError.invalid(parameter: "size", reason: "\(size) is not in 1 ... 65536")
    }
    let (plain, folders) = try Self.list(directory)
    var files = plain
    var labels: [UInt16] = []
    var names: [String] = []
    for folder in folders {
      let inside = try Self.list("\(directory)/\(folder)").images
      guard !inside.isEmpty else { continue }
      labels += [UInt16](repeating: UInt16(clamping: names.count), count: inside.count)
      names.append(folder)
      files += inside
    }
    guard !files.isEmpty else {
      throw DatasetError.unsuitable(path: directory, reason: "the folder has no PNG files")
    }
    guard plain.isEmpty || names.isEmpty else {
      throw DatasetError.labelMismatch(
        path: directory,
        reason: "some PNG files lie in the folder itself, others in subfolders, which name classes")
    }
    guard names.count <= Int(UInt16.max) else {
      throw DatasetError.unsuitable(path: directory, reason: "\(names.count) classes are too many")
    }
    self.name = name ?? (directory as NSString).lastPathComponent
    self.files = files
    self.labels = names.isEmpty ? nil : labels
    self.colours = colours
    classes = names.isEmpty ? nil : Classes(names: names)
    elementShape = [size, size, colours.channels]
  }

  public func read(_ indices: [Int], into elements: UnsafeMutableBufferPointer<Float>) throws {
    let size = elementSize
    try check(indices, room: elements.count, each: size)
    guard let start = elements.baseAddress else { return }
    for (place, index) in indices.enumerated() {
      try bytes(of: index).withUnsafeBufferPointer { bytes in
        ImageScale.expand(bytes.baseAddress!, to: start + place * size, count: size)
      }
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

  /// The bytes of one image as the set sees it, row-major, channels together.
  ///
  /// - Throws: `ImageError`, naming the file, when it is damaged or gone.
  public func bytes(of index: Int) throws -> [UInt8] {
    try check([index], room: elementSize, each: elementSize)
    return try ImageFile.square(
      files[index], size: elementShape[0], channels: colours.channels)
  }

  /// The same set with all images in memory, `elementSize` bytes each, so that a batch costs
  /// microseconds; decodes on all cores.
  ///
  /// - Throws: `ImageError`, naming the first file in order that is damaged.
  public func inMemory() throws -> ImageDataset {
    let size = elementSize
    let (total, overflows) = files.count.multipliedReportingOverflow(by: size)
    guard !overflows, let storage = ByteStorage(count: total) else {
      throw DatasetError.unreadable(
        path: name, reason: "\(files.count) images of \(size) bytes do not fit in memory")
    }
    try parallel(files.count) { index in
      storage.bytes[index * size..<(index + 1) * size].copyBytes(from: try bytes(of: index))
    }
    return ImageDataset(
      name: name, elementShape: elementShape, pixels: storage, labels: labels, classes: classes)
  }

  /// The PNG files of a folder, by path, and its subfolders, by name, both in the order of names.
  private static func list(_ directory: String) throws -> (images: [String], folders: [String]) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory)
      throw DatasetError.unreadable(
        path: directory,
        reason: !exists
          ? "no such folder" : isDirectory.boolValue ? "permission denied" : "not a folder")
    }
    var (images, folders): ([String], [String]) = ([], [])
    for name in names.sorted() where !name.hasPrefix(".") {
      var isDirectory: ObjCBool = false
      let path = "\(directory)/\(name)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        continue
      }
      if isDirectory.boolValue {
        folders.append(name)
      } else if name.lowercased().hasSuffix(".png") {
        images.append(path)
      }
    }
    return (images, folders)
  }
}
