import TandemClassification
import TandemDatasets
import TandemTensors

/// A part of a set of labelled images: some classes of it, numbered anew, and as many images as are
/// wanted.
struct LabelledImages: Sendable {
  /// The whole set.
  let images: any Dataset
  /// The names of the classes that were chosen, in the order of their new numbers.
  let classes: [String]
  /// The places of the part's images in the set.
  let indices: [Int]
  /// The images' new labels.
  let labels: [Int32]

  /// The images of the classes in `choice`, numbered in its order; all where it is empty.
  ///
  /// - Parameters:
  ///   - places: The images of the set that are looked at; all if absent.
  ///   - limit: Images at most, the first that there are.
  /// - Throws: `DatasetError` for a set without labels, `ExperimentError` for a class that there is
  ///   not, or of which there are no images.
  init(
    _ images: any Dataset, choice: [Int] = [], places: [Int]? = nil, limit: Int? = nil
  ) throws {
    guard let named = images.classes?.names, let count = images.count else {
      throw DatasetError.invalid(parameter: images.name, reason: "its images have no labels")
    }
    if let wrong = choice.first(where: { !named.indices.contains($0) }) {
      throw ExperimentError(
        key: "data.classes",
        reason: "\(wrong) is not among the \(named.count) classes of \(images.name), 0 to "
          + "\(named.count - 1)")
    }
    let choice = choice.isEmpty ? Array(named.indices) : choice
    var numbers = [Int32?](repeating: nil, count: named.count)
    for (new, old) in choice.enumerated() { numbers[old] = Int32(new) }
    let places = places ?? Array(0..<count)
    var (indices, labels): ([Int], [Int32]) = ([], [])
    for (place, label) in zip(places, places.isEmpty ? [] : try images.labels(at: places)) {
      guard let number = numbers[Int(label)], indices.count < limit ?? .max else { continue }
      indices.append(place)
      labels.append(number)
    }
    guard !indices.isEmpty else {
      throw ExperimentError(key: "data.classes", reason: "\(images.name) has no images of them")
    }
    self.images = images
    self.classes = choice.map { named[$0] }
    self.indices = indices
    self.labels = labels
  }

  /// Images in the part.
  var count: Int { indices.count }

  /// The images at some of the part's places, with their labels.
  func batch(at places: some Collection<Int>) throws -> LabelledBatch {
    let shape = Shape([places.count] + images.elementShape)
    let elements = try Tensor(float32: shape) {
      try images.read(places.map { indices[$0] }, into: $0)
    }
    return LabelledBatch(
      images: elements, labels: Tensor(indices: places.map { Int(labels[$0]) }))
  }

  /// All images in their order, in batches of `size` of which the last may be smaller: nil behind
  /// the last.
  func batches(of size: Int) -> () throws -> LabelledBatch? {
    var start = 0
    return {
      guard start < count else { return nil }
      let range = start..<min(start + size, count)
      start = range.upperBound
      return try batch(at: range)
    }
  }
}
