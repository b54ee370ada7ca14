/// The extents of a dense, row-major tensor, outermost first; an empty shape is a scalar's.
public struct Shape: Sendable, Hashable, RandomAccessCollection, ExpressibleByArrayLiteral {
  /// The extents, outermost first.
  public let extents: [Int]

  /// A shape of the given extents, each zero or more.
  public init(_ extents: [Int]) {
    require(extents.allSatisfy { $0 >= 0 }, "shape \(extents): an extent is negative")
    self.extents = extents
  }

  /// A shape of the given extents.
  public init(arrayLiteral extents: Int...) { self.init(extents) }

  /// The position of the outermost axis.
  public var startIndex: Int { 0 }
  /// The position behind the innermost axis.
  public var endIndex: Int { extents.count }
  /// The extent of an axis, counted from the outermost.
  public subscript(index: Int) -> Int { extents[index] }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The number of elements: the product of all extents, 1 for a scalar.
  public var elementCount: Int { extents.reduce(1, *) }

  /// Distance in elements between neighbours along each axis.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  /// `axis` counted from the front, where a negative one counts from the back.
  public func axis(_ axis: Int) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    require(extents.indices.contains(positive), "axis \(axis) is outside shape \(self)")
    return positive
  }

  /// This shape with one extent replaced.
  public func replacing(_ axis: Int, with extent: Int) -> Shape {
    var extents = extents
    extents[self.axis(axis)] = extent
    return Shape(extents)
  }

  /// This shape with the extents of `axes` set to one.
  public func reducing(_ axes: [Int]) -> Shape {
    var extents = extents
    for axis in axes { extents[axis] = 1 }
    return Shape(extents)
  }

  /// The shape both broadcast to: aligned at the last axis, an extent of 1 repeats.
  ///
  /// Returns nil where the shapes do not fit.
  public func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let rank = Swift.max(rank, other.rank)
    var result = [Int](repeating: 1, count: rank)
    for offset in 1...Swift.max(rank, 1) where rank > 0 {
      let mine = offset <= self.rank ? self[self.rank - offset] : 1
      let theirs = offset <= other.rank ? other[other.rank - offset] : 1
      guard mine == theirs || mine == 1 || theirs == 1 else { return nil }
      result[rank - offset] = mine == 1 ? theirs : mine
    }
    return Shape(result)
  }

  /// The axes of `target` along which a tensor of this shape is repeated to fill it.
  public func broadcastAxes(to target: Shape) -> [Int] {
    let added = target.rank - rank
    return target.indices.filter { $0 < added || (self[$0 - added] == 1 && target[$0] != 1) }
  }
}

extension Shape: CustomStringConvertible {
  /// The extents as `[2, 3]`.
  public var description: String { "\(extents)" }
}
