/// A set of elements of one shape, read by index in any order from any thread.
///
/// Reading is a pure function of the index, so that a shuffled order can be resumed exactly.
public protocol Dataset: Sendable {
  /// What reports and errors call the set.
  var name: String { get }

  /// The number of elements; nil for a generated set, which has one for every index from 0.
  var count: Int? { get }

  /// The shape of one element: images are [height, width, channels], points of the plane [2].
  var elementShape: [Int] { get }

  /// The classes its labels name; nil where elements carry no label.
  var classes: Classes? { get }

  /// Writes the elements of `indices`, one after another, row-major; images are scaled to −1...1.
  ///
  /// - Parameters:
  ///   - indices: any indices, repeated ones allowed.
  ///   - elements: exactly `indices.count * elementSize` floats; need not be initialised.
  /// - Throws: `DatasetError` when an index is out of range; `ImageError`, naming the file, when
  ///   an image cannot be read.
  func read(_ indices: [Int], into elements: UnsafeMutableBufferPointer<Float>) throws

  /// Writes the labels of `indices`, each in 0 ..< `classes.count`.
  ///
  /// - Throws: `DatasetError` when an index is out of range or the set has no labels.
  func readLabels(_ indices: [Int], into labels: UnsafeMutableBufferPointer<Int32>) throws
}

/// The classes of a labelled set, in the order of their labels 0, 1, ….
public struct Classes: Hashable, Sendable {
  /// One name per class.
  public let names: [String]

  /// The number of classes.
  public var count: Int { names.count }

  /// Classes with names of their own.
  public init(names: [String]) {
    self.names = names
  }

  /// Classes named by their numbers, "0" to "`count` − 1".
  public init(count: Int) {
    names = (0..<max(count, 0)).map(String.init)
  }
}

extension Dataset {
  /// The number of floats in one element: the product of its shape.
  public var elementSize: Int { elementShape.reduce(1, *) }

  /// The elements of `indices` in a fresh array of `indices.count * elementSize` floats.
  public func elements(at indices: [Int]) throws -> [Float] {
    try Array(unsafeUninitializedCapacity: indices.count * elementSize) { buffer, count in
      let whole = UnsafeMutableBufferPointer(rebasing: buffer[..<(indices.count * elementSize)])
      try read(indices, into: whole)
      count = whole.count
    }
  }

  /// The labels of `indices`.
  public func labels(at indices: [Int]) throws -> [Int32] {
    try Array(unsafeUninitializedCapacity: indices.count) { buffer, count in
      try readLabels(indices, into: UnsafeMutableBufferPointer(rebasing: buffer[..<indices.count]))
      count = indices.count
    }
  }

  /// Throws unless every index exists and the buffer has room for exactly `each` values an index.
  func check(_ indices: [Int], room: Int, each: Int) throws {
    guard room == indices.count * each else {
      throw DatasetError.invalid(
        parameter: name, reason: "\(indices.count) x \(each) values do not fit a buffer of \(room)")
    }
    let limit = count ?? .max
    if let wrong = indices.first(where: { $0 < 0 || $0 >= limit }) {
      throw DatasetError.invalid(
        parameter: name,
        reason: "index \(wrong) is outside 0 ..< \(count.map(String.init) ?? "infinity")")
    }
  }
}
