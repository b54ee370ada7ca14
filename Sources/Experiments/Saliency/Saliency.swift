import TandemCharts
import TandemClassification
import TandemImages
import TandemLayers
import TandemRuns
import TandemTensors

/// What `tandem saliency` shows: which pixels of an image a network's score comes from.
public struct Saliency: Sendable {
  /// What is asked for.
  public struct Request: Sendable {
    /// Where the image comes from.
    public var image: ImageChoice
    /// A class by its name or, where none is called so, its number; the one that the network takes
    /// the image for if absent.
    public var label: String?
    /// How the score is laid on the pixels, in this order.
    public var methods: [AttributionMethod]

    /// A request of all methods for the class that the network finds.
    public init(
      _ image: ImageChoice, label: String? = nil,
      methods: [AttributionMethod] = AttributionMethod.allCases
    ) {
      self.image = image
      self.label = label
      self.methods = methods
    }
  }

  /// Where an image comes from.
  public enum ImageChoice: Sendable, Equatable {
    /// A PNG file.
    case file(String)
    /// Of the run's data: of a classifier's test part, of a GAN's real images.
    case test(Int)
  }

  /// The score of the image laid on its pixels by one method.
  public struct Map: Sendable {
    public let method: AttributionMethod
    /// `[height, width, channels]`, row-major.
    public let values: [Float]

    /// The sum over all pixels; of integrated gradients the score's distance from the baseline's.
    public var sum: Double { values.reduce(0) { $0 + Double($1) } }
  }

  /// What the image is called.
  public let imageName: String
  /// The image as the network sees it: `[height, width, channels]` in -1...1, row-major.
  public let pixels: [Float]
  /// `[height, width, channels]`.
  public let shape: [Int]
  /// The class whose score is looked at; nil of a discriminator.
  public let label: (number: Int, name: String)?
  /// The class that the data say the image is of, if they say.
  public let trueLabel: String?
  /// The logit.
  public let score: Double
  /// The probability that the network gives to the class, or to the image being real.
  public let probability: Double
  /// The logit of a black image, the baseline.
  public let baselineScore: Double
  public let maps: [Map]
  /// What the user should know of the image, a line each.
  public let notes: [String]
  /// Steps that the network had been trained for.
  public let step: Int
  private let record: RunRecord

  /// Looks at an image with the network of a run.
  ///
  /// - Throws: `ImageError` for a file that is no image, `SamplingRequestError` for a class or test
  ///   image that there is not.
  public init(_ request: Request, of run: StoredRun) throws {
    let subject = try run.saliencySubject()
    let image: Tensor
    switch request.image {
    case .file(let path):
      let input = try subject.input(PNG(contentsOf: path).image)
      (imageName, image, notes, trueLabel) = (path, input.image, input.notes, nil)
    case .test(let index):
      let found = try subject.testImage(index)
      imageName = subject.classes.isEmpty ? "image \(index) of the data" : "test image \(index)"
      (image, notes) = (found.image, [])
      trueLabel = found.label
    }
    let network = subject.network
    let logits = network(image)
    let number = try subject.number(of: request.label, logits)
    let attribution = Attribution(baseline: Tensor(-1)) { images in
      network(images).slice(axis: 1, number..<(number + 1)).reshaped(to: [images.shape[0]])
    }
    label = subject.classes.isEmpty ? nil : (number, subject.classes[number])
    score = logits.values[number]
    probability =
      (subject.classes.isEmpty ? logits.sigmoid() : logits.softmax()).values[number]
    baselineScore = attribution.scores(Tensor(repeating: -1, image.shape)).scalar
    var random = RandomStream(seed: run.record.seed, name: "saliency")
    maps = request.methods.map { Map(method: $0, values: attribution($0, image, &random).floats) }
    pixels = image.floats
    shape = subject.elementShape
    step = run.checkpoint.step
    record = run.record
  }

  /// The image with each method's map over it, as a PNG file.
  public func png() throws -> [UInt8] {
    try PNG(
      SaliencyChart(self).picture().image(),
      text: [
        PNG.Text("experiment", record.experiment), PNG.Text("configuration", record.configuration),
        PNG.Text("step", "\(step)"), PNG.Text("image", imageName),
        PNG.Text("methods", maps.map(\.method.rawValue).joined(separator: " ")),
      ]
    ).encoded()
  }
}

extension SaliencySubject {
  /// The place of a score among the logits.
  fileprivate func number(of label: String?, _ logits: Tensor) throws -> Int {
    guard let label else { return classes.isEmpty ? 0 : Int(logits.argmax().values[0]) }
    if classes.isEmpty {
      throw SamplingRequestError("--class is for classifiers; this is a GAN's discriminator")
    }
    // Names first: classes may be called by numbers that are not their places.
    if let number = classes.firstIndex(of: label) { return number }
    if let number = Int(label), classes.indices.contains(number) { return number }
    let known = classes.enumerated().map { "\($0.offset) \($0.element)" }.joined(separator: ", ")
    throw SamplingRequestError("there is no class '\(label)'; there are: \(known)")
  }

  /// An image as the network sees it, `[1, height, width, channels]`: brought to its size and
  /// colours as the data are.
  ///
  /// Data that are padded leave the image's pixels as they are, on black; an image that is too
  /// large for that is cut to a square and scaled, as one of data that are resized.
  fileprivate func input(_ image: Image) throws -> (image: Tensor, notes: [String]) {
    let (size, channels) = (elementShape[0], elementShape[2])
    var image = image.converted(to: channels == 1 ? .grey : .rgb)
    var notes: [String] = []
    let before = "\(image.width)x\(image.height)"
    if fit == .pad, image.width <= size, image.height <= size {
      if image.width != size || image.height != size {
        image = try padded(image, to: size)
        notes.append("the image of \(before) is padded with black to \(size)x\(size)")
      }
    } else if image.width != size || image.height != size {
      image = try image.centreSquare().resized(width: size, height: size)
      notes.append("the image of \(before) is scaled to \(size)x\(size)")
    }
    return (
      Tensor(
        image.pixels.map { (Float($0) - 127.5) / 127.5 }, [1, size, size, channels]), notes
    )
  }

  private func padded(_ image: Image, to size: Int) throws -> Image {
    var wide = try Image(width: size, height: size, format: image.format, filledWith: .black)
    let (left, top) = ((size - image.width) / 2, (size - image.height) / 2)
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<image.channels {
          wide[left + x, top + y, channel] = image[x, y, channel]
        }
      }
    }
    return wide
  }
}
