import TandemTensors

/// Images with their classes.
public struct LabelledBatch: Sendable {
  /// `[n, height, width, channels]`.
  public var images: Tensor
  /// int32 `[n]`, each in `0 ..< classes`.
  public var labels: Tensor

  /// The given images and labels.
  public init(images: Tensor, labels: Tensor) {
    require(
      images.rank > 1 && labels.shape == [images.shape[0]] && labels.dtype == .int32,
      "labelled batch: images \(images.shape), labels \(labels.dtype)\(labels.shape)")
    self.images = images
    self.labels = labels
  }

  /// Examples in the batch.
  public var size: Int { labels.count }

  /// Some of the examples, one after another.
  public func slice(_ range: Range<Int>) -> LabelledBatch {
    LabelledBatch(
      images: images.slice(axis: 0, range), labels: labels.slice(axis: 0, range))
  }
}

/// The softmax cross-entropy of an example, in nats:
///
///     C(z, y) = - sum_c q_c log p_c,     p = softmax(z),     q_c = (1 - s) [c = y] + s / classes
///
/// With label smoothing s = 0 it is `-log p_y`; with s > 0 the network is kept from growing sure
/// (Szegedy et al. 2016). Guessing evenly costs `log classes`. Its derivative is `p - q`.
public struct ClassificationLoss: Sendable, Equatable {
  /// s, in `0 ..< 1`.
  public var labelSmoothing: Double

  /// A loss with the given smoothing.
  public init(labelSmoothing: Double = 0) {
    require((0..<1).contains(labelSmoothing), "label smoothing \(labelSmoothing) is not in 0..<1")
    self.labelSmoothing = labelSmoothing
  }

  /// The loss of each example, `[n]`, from logits `[n, classes]` and int32 labels `[n]`.
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    let sharp = logits.softmaxCrossEntropy(labels: labels)
    if labelSmoothing == 0 { return sharp }
    let even = -logits.logSoftmax().mean(-1, keepsAxes: false)
    return sharp * (1 - labelSmoothing) + even * labelSmoothing
  }
}
