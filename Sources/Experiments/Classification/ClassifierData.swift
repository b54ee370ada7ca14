import TandemDatasets
import TandemRuns
import TandemTensors

/// The `data` section of a classifier: which labelled images there are.
public struct ClassifierData: Sendable {
  /// Where images come from; a relative path is one from the experiment's directory.
  public enum Source: Sendable, Equatable {
    /// Fashion-MNIST, where Debian's package puts it.
    case fashion
    /// MNIST, in a folder or where `tandem data fetch` puts it.
    case mnist(path: String?)
    /// IDX files of images and labels, with those of the test part if they are apart.
    case idx(train: Files, test: Files?)
    /// A folder with a folder of PNG files for each class, with that of the test part if it is
    /// apart.
    case folder(train: String, test: String?)
  }

  /// A pair of IDX files.
  public struct Files: Sendable, Equatable {
    public var images: String
    public var labels: String
  }

  public var source: Source
  /// Pixels along a side of the images.
  public var size: Int
  /// How images are brought to that size.
  public var fit: ImageFit
  /// Whether images have one channel rather than three.
  public var isGrey: Bool
  /// The classes to be told apart, numbered anew in this order; all where it is empty.
  public var classes: [Int]
  /// Images that are learned from at most; all if absent.
  public var limit: Int?
  /// The share of images that is kept for tests, where they are not apart.
  public var testShare: Double

  private enum Kind: String, CaseIterable {
    case fashionMNIST = "fashion-mnist"
    case mnist, idx, folder
  }

  init(_ section: inout ConfigurationReader) {
    let kind = section.kind(from: Kind.self, default: .fashionMNIST)
    (testShare, isGrey) = (0, true)
    switch kind {
    case .fashionMNIST: source = .fashion
    case .mnist: source = .mnist(path: section.optionalText("path"))
    case .idx:
      let train = Files(images: section.text("images"), labels: section.text("labels"))
      let test = (section.optionalText("testImages"), section.optionalText("testLabels"))
      switch test {
      case (let images?, let labels?):
        source = .idx(train: train, test: Files(images: images, labels: labels))
      case (nil, nil): source = .idx(train: train, test: nil)
      default:
        source = .idx(train: train, test: nil)
        section.problem(
          at: test.0 == nil ? "testLabels" : "testImages",
          "give testImages and testLabels, or neither of them")
      }
      isGrey = section.flag("grey", default: true)
      testShare = section.number("testShare", default: 0.1, in: 0.001...0.9)
    case .folder:
      source = .folder(train: section.text("path"), test: section.optionalText("testPath"))
      isGrey = section.flag("grey", default: false)
      testShare = section.number("testShare", default: 0.1, in: 0.001...0.9)
    }
    size = section.integer("size", default: 28, in: 1...1024)
    fit = kind == .folder ? .resize : section.choice("fit", from: ImageFit.self, default: .pad)
    classes = section.integers("classes", default: [], in: 0...65535)
    if Set(classes).count < classes.count || classes.count == 1 {
      section.problem(at: "classes", "expected two classes or more, each once, or [] for all")
    }
    limit = section.optionalInteger("limit", in: 1...)
  }

  /// The shape of an image: `[height, width, channels]`.
  public var elementShape: [Int] { [size, size, isGrey ? 1 : 3] }

  /// The data with paths that hold wherever the program was started.
  func located(_ place: (String) -> String) -> ClassifierData {
    func files(_ files: Files) -> Files {
      Files(images: place(files.images), labels: place(files.labels))
    }
    var copy = self
    switch source {
    case .fashion: break
    case .mnist(let path): copy.source = .mnist(path: path.map(place))
    case .idx(let train, let test):
      copy.source = .idx(train: files(train), test: test.map(files))
    case .folder(let train, let test):
      copy.source = .folder(train: place(train), test: test.map(place))
    }
    return copy
  }

  /// What is learned from and what is tested on, read into memory.
  struct Parts: Sendable {
    let train: LabelledImages
    let test: LabelledImages
  }

  /// The whole sets, before classes are chosen.
  struct Sets {
    let train: any Dataset
    let test: (any Dataset)?
  }

  /// Reads the sets into memory.
  ///
  /// - Throws: `DatasetError` naming the file at fault.
  func sets() throws -> Sets {
    let catalogue = DatasetCatalogue()
    func known(_ name: String, _ path: String?) throws -> Sets {
      Sets(
        train: try catalogue.images(name, .train, in: path, size: size, fit: fit),
        test: try catalogue.images(name, .test, in: path, size: size, fit: fit))
    }
    func read(_ files: Files) throws -> any Dataset {
      let images = try ImageDataset(
        name: files.images, images: files.images, labels: files.labels, size: size, fit: fit)
      guard images.elementShape == elementShape else {
        throw DatasetError.unsuitable(
          path: files.images,
          reason: "holds images \(images.elementShape), the network needs \(elementShape)")
      }
      return images
    }
    func read(_ folder: String) throws -> any Dataset {
      try PNGFolder(folder, size: size, colours: isGrey ? .grey : .rgb).inMemory()
    }
    switch source {
    case .fashion: return try known("fashion-mnist", nil)
    case .mnist(let path): return try known("mnist", path)
    case .idx(let train, let test):
      return Sets(train: try read(train), test: try test.map { try read($0) })
    case .folder(let train, let test):
      return Sets(train: try read(train), test: try test.map { try read($0) })
    }
  }

  /// The parts of the sets that have the chosen classes.
  ///
  /// - Parameters:
  ///   - choice: The classes, all where it is empty.
  ///   - seed: Decides which images are kept for tests, where they are not apart.
  func parts(of sets: Sets, choice: [Int], limit: Int?, seed: UInt64) throws -> Parts {
    guard let test = sets.test else {
      var random = RandomStream(seed: seed, name: "test part")
      let order = random.permutation(sets.train.count ?? 0)
      let kept = max(1, Int((Double(order.count) * testShare).rounded()))
      return Parts(
        train: try LabelledImages(
          sets.train, choice: choice, places: order.dropFirst(kept).sorted(), limit: limit),
        test: try LabelledImages(sets.train, choice: choice, places: order.prefix(kept).sorted()))
    }
    let parts = Parts(
      train: try LabelledImages(sets.train, choice: choice, limit: limit),
      test: try LabelledImages(test, choice: choice))
    // Labels of an IDX file are numbers, of which the test part need not have all.
    guard Set(parts.test.classes).isSubset(of: parts.train.classes) else {
      throw DatasetError.labelMismatch(
        path: test.name,
        reason: "its classes \(parts.test.classes) are not among those learned from, "
          + "\(parts.train.classes)")
    }
    return parts
  }
}
