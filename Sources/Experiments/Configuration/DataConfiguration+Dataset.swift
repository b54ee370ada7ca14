import TandemDatasets

extension DataConfiguration {
  /// The data set, read into memory.
  ///
  /// - Throws: `DatasetError` naming the file or the value at fault.
  func dataset(seed: UInt64) throws -> any Dataset {
    let catalogue = DatasetCatalogue()
    switch self {
    case .ring, .grid:
      return try mixture(seed: seed)!
    case .images(.fashion, let size, let fit, _):
      return try catalogue.images("fashion-mnist", size: size, fit: fit)
    case .images(.mnist(let path), let size, let fit, _):
      return try catalogue.images("mnist", in: path, size: size, fit: fit)
    case .images(.idx(let path), let size, let fit, let isGrey):
      let dataset = try ImageDataset(name: path, images: path, size: size, fit: fit)
      return try checked(dataset, at: path, isGrey: isGrey)
    case .images(.folder(let path), let size, _, let isGrey):
      return try PNGFolder(path, size: size, colours: isGrey ? .grey : .rgb)
    }
  }

  /// The mixture of Gaussians, where the data are one: what generated points are judged against.
  package func mixture(seed: UInt64) throws -> GaussianMixture? {
    switch self {
    case .ring(let modes, let radius, let sigma):
      try .ring(modes: modes, radius: Float(radius), sigma: Float(sigma), seed: seed)
    case .grid(let side, let spacing, let sigma):
      try .grid(side: side, spacing: Float(spacing), sigma: Float(sigma), seed: seed)
    case .images: nil
    }
  }

  private func checked(_ dataset: ImageDataset, at path: String, isGrey: Bool) throws
    -> ImageDataset
  {
    guard dataset.elementShape == elementShape else {
      throw DatasetError.unsuitable(
        path: path,
        reason: "holds images \(dataset.elementShape), the networks need \(elementShape)")
    }
    return dataset
  }
}
