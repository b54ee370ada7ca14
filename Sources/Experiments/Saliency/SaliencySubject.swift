import Foundation
import TandemClassification
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors

/// A network of a run that scores images: a classifier, whose scores are the classes' logits, or a
/// discriminator, whose score is the logit of an image being real.
public struct SaliencySubject: Sendable {
  /// The network; images `[n, height, width, channels]` to logits `[n, classes]` or `[n, 1]`.
  let network: any Layer
  /// The names of the classes; none of a discriminator.
  let classes: [String]
  /// `[height, width, channels]`.
  let elementShape: [Int]
  /// How images are brought to that size.
  let fit: ImageFit
  /// Reads an image of the run's data: of a classifier's test part, or of a GAN's real images.
  let testImage: @Sendable (Int) throws -> (image: Tensor, label: String?)
}

/// A configuration of experiments whose runs have a network that scores images.
protocol SaliencySource: ExperimentConfiguration {
  /// The network of a run, from its checkpoint alone.
  ///
  /// - Throws: `RunError` naming the file of the checkpoint that is damaged,
  ///   `SamplingRequestError` where the run is one without images.
  func saliencySubject(of run: StoredRun) throws -> SaliencySubject
}

extension StoredRun {
  /// The network that scores images.
  ///
  /// - Throws: `SamplingRequestError` for a kind of run that has none, `RunError` for a damaged
  ///   checkpoint, `ExperimentError` for a network beyond this machine's memory.
  public func saliencySubject() throws -> SaliencySubject {
    try MemoryEstimate(lasting: configuration.memory.lasting, passing: []).check()
    guard let source = configuration.located(in: experimentDirectory) as? any SaliencySource else {
      throw SamplingRequestError(
        "\(path) is of the kind \(kind.rawValue): saliency is of classifiers and of the "
          + "discriminators of GANs")
    }
    return try source.saliencySubject(of: self)
  }

  /// Where relative paths of data begin, if the run is where runs usually are: `<here>/runs/<id>`.
  private var experimentDirectory: String {
    URL(filePath: path).standardizedFileURL.deletingLastPathComponent().deletingLastPathComponent()
      .path(percentEncoded: false)
  }
}

extension ClassifierConfiguration: SaliencySource {
  func saliencySubject(of run: StoredRun) throws -> SaliencySubject {
    let state = try run.checkpoint.state(ClassifierTraining.State.self)
    let classes = state.facts.classes
    var model = initialClassifier(classes: classes.count)
    try run.load(&model, from: "model")
    let (data, seed) = (data, settings.seed)
    let choice = state.isPretraining ? pretraining?.classes ?? [] : data.classes
    return SaliencySubject(
      network: model, classes: classes, elementShape: data.elementShape, fit: data.fit
    ) { index in
      let parts = try data.parts(of: try data.sets(), choice: choice, limit: nil, seed: seed)
      try SamplingRequestError.check(index, below: parts.test.count, "test images")
      let batch = try parts.test.batch(at: [index])
      return (batch.images, parts.test.classes[Int(batch.labels.values[0])])
    }
  }
}

extension GANConfiguration: SaliencySource {
  func saliencySubject(of run: StoredRun) throws -> SaliencySubject {
    guard case .images(_, _, let fit, _) = data else {
      throw SamplingRequestError("\(run.path) is a run of points: saliency is of images")
    }
    var (_, discriminator) = initialNetworks()
    try run.load(&discriminator, from: "discriminator")
    let (data, seed) = (data, settings.seed)
    return SaliencySubject(
      network: discriminator, classes: [], elementShape: data.elementShape, fit: fit
    ) { index in
      let images = try data.dataset(seed: seed)
      try SamplingRequestError.check(index, below: images.count ?? .max, "images")
      let elements = try images.elements(at: [index])
      let label = try images.classes.map { $0.names[Int(try images.labels(at: [index])[0])] }
      return (Tensor(elements, Shape([1] + images.elementShape)), label)
    }
  }
}

extension SamplingRequestError {
  /// Throws unless there is an image of that number.
  fileprivate static func check(_ index: Int, below count: Int, _ noun: String) throws {
    if !(0..<count).contains(index) {
      throw SamplingRequestError("there is no image \(index) among the \(count) \(noun)")
    }
  }
}
