extension DatasetCatalogue {
  /// The part of a data set that its authors set aside for a purpose.
  public enum Split: String, Codable, CaseIterable, Sendable {
    /// What networks learn from.
    case train
    /// What they are judged on.
    case test
  }

  /// The images and labels of MNIST, Fashion-MNIST or a set of the same four files.
  ///
  /// - Parameters:
  ///   - name: the name in the catalogue.
  ///   - directory: where the files lie; nil looks into the system's directory and the cache.
  ///   - size: the side of the square the images are brought to; nil leaves them 28x28.
  /// - Throws: `DatasetError.unknownName`, `.notInstalled`, or what is wrong with a file.
  public func images(
    _ name: String, _ split: Split = .train, in directory: String? = nil, size: Int? = nil,
    fit: ImageFit = .pad
  ) throws -> ImageDataset {
    let entry = try entry(named: name)
    let prefix = split == .train ? "train" : "t10k"
    let names = ["\(prefix)-images-idx3-ubyte.gz", "\(prefix)-labels-idx1-ubyte.gz"]
    guard names.allSatisfy({ name in entry.files.contains { $0.name == name } }) else {
      throw DatasetError.invalid(parameter: name, reason: "is not a set of images")
    }
    let place = try directory ?? self.directory(of: name)
    let paths = try names.map { file in
      guard let path = Self.path(of: file, in: place) else {
        throw DatasetError.unreadable(path: "\(place)/\(file)", reason: "no such file")
      }
      return path
    }
    return try ImageDataset(
      name: split == .train ? name : "\(name) (\(split))", images: paths[0], labels: paths[1],
      classes: entry.classes, size: size, fit: fit)
  }
}
