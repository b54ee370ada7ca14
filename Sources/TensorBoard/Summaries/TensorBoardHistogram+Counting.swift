extension TensorBoardHistogram {
  /// Counts numbers in 30 buckets of equal width from the least to the greatest, as TensorBoard's
  /// own writer does; numbers that are not finite are left out. Nil where none is finite.
  package init?(of numbers: [Float], buckets: Int = 30) {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    var (count, sum, squares) = (0, 0.0, 0.0)
    for number in numbers where number.isFinite {
      least = Swift.min(least, number)
      greatest = Swift.max(greatest, number)
      count += 1
      sum += Double(number)
      squares += Double(number) * Double(number)
    }
    guard count > 0 else { return nil }
    self.init()
    (min, max) = (Double(least), Double(greatest))
    (num, self.sum, sumSquares) = (Double(count), sum, squares)
    guard least < greatest else {
      (bucketLimit, bucket) = ([max], [num])
      return
    }
    let width = (max - min) / Double(buckets)
    var counts = [Double](repeating: 0, count: buckets)
    for number in numbers where number.isFinite {
      counts[Swift.min(Int((Double(number) - min) / width), buckets - 1)] += 1
    }
    bucketLimit = (1..<buckets).map { min + width * Double($0) } + [max]
    bucket = counts
  }
}
