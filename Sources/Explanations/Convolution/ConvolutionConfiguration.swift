import TandemRuns

/// A convolution of one image by one kernel, followed by max and by mean pooling side by side.
public struct ConvolutionConfiguration: Sendable {
  public var title: String
  public var notes: [String]
  /// The pixels, row by row.
  public var image: [[Double]]
  public var kernel: [[Double]]
  public var bias: Double
  /// Side of the pooling windows, which do not overlap.
  public var window: Int
  /// What the maxima should be.
  public var maxTargets: [[Double]]
  /// What the means should be.
  public var meanTargets: [[Double]]
  public var learningRate: Double

  init(_ reader: inout ConfigurationReader, title: String, notes: [String]) {
    (self.title, self.notes) = (title, notes)
    image = reader.matrix("image", rows: 2...8, columns: 2...8)
    kernel = reader.matrix("kernel", rows: 1...4, columns: 1...4)
    bias = reader.number("bias", default: 0)
    window = reader.integer("window", default: 2, in: 1...4)
    learningRate = reader.number("learningRate", default: 0.1, in: .above(0))
    let height = image.count - kernel.count + 1
    let width = image[0].count - kernel[0].count + 1
    if height < 1 || width < 1 {
      reader.problem(
        at: "kernel", "the kernel is larger than the image", comparing: ["image"])
    }
    if !max(height, 1).isMultiple(of: window) || !max(width, 1).isMultiple(of: window) {
      reader.problem(
        at: "window", "windows of \(window) do not tile the convolution's \(height)x\(width)",
        comparing: ["image", "kernel"])
    }
    let (rows, columns) = (max(height / window, 1), max(width / window, 1))
    maxTargets = reader.matrix("maxTargets", rows: rows...rows, columns: columns...columns)
    meanTargets = reader.matrix("meanTargets", rows: rows...rows, columns: columns...columns)
  }
}
