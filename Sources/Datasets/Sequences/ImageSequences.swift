/// Images read as sequences, row by row or pixel by pixel, to be classified: sequential MNIST
/// (Le, Jaitly, Hinton: "A Simple Way to Initialize Recurrent Networks of Rectified Linear Units",
/// 2015).
public struct ImageSequences: Sendable {
  /// What one step reads.
  public enum Reading: String, Codable, CaseIterable, Sendable {
    /// A row from the top: T is the height, the features are width x channels.
    case rows
    /// A pixel, row by row: T is height x width, the features are the channels.
    case pixels
  }

  /// Labelled sequences of one length, time-major.
  public struct Batch: Hashable, Sendable {
    /// T: the number of steps.
    public let steps: Int
    /// B: the number of images.
    public let batchSize: Int
    /// F: the values read in one step.
    public let features: Int
    /// The values, −1 ... 1, [T, B, F]: those of step t of image b begin at (t B + b) F.
    public let inputs: [Float]
    /// The class of each image, [B].
    public let labels: [Int32]
  }

  /// The images.
  public let images: any Dataset
  /// Their classes.
  public let classes: Classes
  /// What one step reads.
  public let reading: Reading
  /// T: the number of steps.
  public let steps: Int
  /// F: the values read in one step.
  public let features: Int
  /// The pixel that each step reads; nil for the order of the image.
  public let permutation: [Int]?

  /// Reads labelled images of shape [height, width, channels] as sequences.
  ///
  /// - Parameter permutationSeed: the seed of one fixed random order of the pixels, the same for all
  ///   images: permuted MNIST; nil keeps their order.
  /// - Throws: `DatasetError.invalid` for elements that are no labelled images, or rows permuted.
  public init(
    _ images: any Dataset, reading: Reading, permutationSeed: UInt64? = nil
  ) throws {
    let shape = images.elementShape
    guard shape.count == 3, let classes = images.classes else {
      throw DatasetError.invalid(
        parameter: images.name, reason: "is not a set of labelled images, to be read by \(reading)")
    }
    guard reading == .pixels || permutationSeed == nil else {
      throw DatasetError.invalid(parameter: "permutation", reason: "permutes pixels, not rows")
    }
    self.images = images
    self.classes = classes
    self.reading = reading
    steps = reading == .rows ? shape[0] : shape[0] * shape[1]
    features = reading == .rows ? shape[1] * shape[2] : shape[2]
    let count = steps
    permutation = permutationSeed.map { Philox(seed: $0).permutation(of: count, round: 0) }
  }

  /// The images at `indices` as sequences.
  ///
  /// - Throws: what reading the images throws.
  public func batch(at indices: [Int]) throws -> Batch {
    let elements = try images.elements(at: indices)
    return Batch(
      steps: steps, batchSize: indices.count, features: features,
      inputs: elements.withUnsafeBufferPointer { timeMajor($0, batchSize: indices.count) },
      labels: try images.labels(at: indices))
  }

  /// The values of `batchSize` images, as a `Prefetcher` lends them, as sequences [T, B, F].
  ///
  /// - Parameter elements: `batchSize` images, one after another, row-major.
  public func timeMajor(_ elements: UnsafeBufferPointer<Float>, batchSize: Int) -> [Float] {
    let size = steps * features
    return Array(unsafeUninitializedCapacity: batchSize * size) { target, count in
      for step in 0..<steps {
        let source = (permutation?[step] ?? step) * features
        for image in 0..<batchSize {
          for feature in 0..<features {
            target[(step * batchSize + image) * features + feature] =
              elements[image * size + source + feature]
          }
        }
      }
      count = batchSize * size
    }
  }
}
