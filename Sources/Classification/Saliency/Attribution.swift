import TandemTensors

/// How a network's score of an image is laid on its pixels.
///
/// With F the score (a class's logit, or a discriminator's), x the image and x' a baseline that
/// shows nothing:
///
/// | method | of pixel i |
/// |---|---|
/// | `gradient` | `dF/dx_i (x)` |
/// | `gradientTimesInput` | `(x_i - x'_i) dF/dx_i (x)` |
/// | `smooth` | the mean of `dF/dx_i (x + noise)` over normal noise |
/// | `integrated` | `(x_i - x'_i)` times the mean of `dF/dx_i` on the way from x' to x |
///
/// The gradient tells which pixels would change the score; where a network has saturated it is near
/// zero though the pixel matters, and it flickers from pixel to pixel. The smoothed gradient
/// averages the flicker away; the integrated one looks at the whole way, and is complete: its sum
/// over all pixels is `F(x) - F(x')`.
///
/// Sources: Simonyan, Vedaldi and Zisserman, Deep Inside Convolutional Networks, 2013; Shrikumar
/// et al., Not Just a Black Box, 2016; Smilkov et al., SmoothGrad: removing noise by adding noise,
/// 2017; Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017.
public enum AttributionMethod: String, Sendable, CaseIterable, Codable {
  case gradient, gradientTimesInput, smooth, integrated
}

/// Lays the score of a network on the pixels of its input.
public struct Attribution: Sendable {
  /// The score of each image: `[n, height, width, channels]` to `[n]`. Images do not see each
  /// other, as is so outside of training.
  private let score: @Sendable (Tensor) -> Tensor
  /// What shows nothing, `[1, height, width, channels]`; or a scalar.
  public var baseline: Tensor
  /// Points on the way of the integrated gradient: the middles of so many equal parts.
  public var pathPoints = 128
  /// Noisy images of the smoothed gradient.
  public var noisyImages = 64
  /// The standard deviation of their noise: of the paper's 10 to 20 % of the range of pixels, which
  /// is 2 here.
  public var noise = 0.3
  /// Images in a batch.
  public var batchSize = 32

  /// Attributions of a score against a baseline.
  public init(baseline: Tensor, _ score: @escaping @Sendable (Tensor) -> Tensor) {
    self.baseline = baseline
    self.score = score
  }

  /// The scores of a batch of images.
  public func scores(_ images: Tensor) -> Tensor { score(images.detached).detached }

  /// The attribution of one image, `[1, height, width, channels]`, in its shape.
  ///
  /// - Parameter random: Where the smoothed gradient's noise is drawn from.
  public func callAsFunction(
    _ method: AttributionMethod, _ image: Tensor, _ random: inout RandomStream
  ) -> Tensor {
    switch method {
    case .gradient: return gradients(image)
    case .gradientTimesInput: return (image - baseline) * gradients(image)
    case .smooth:
      return mean(of: noisyImages) { count, _ in
        image
          + random.normal(
            Shape([count] + image.shape.dropFirst()), deviation: noise, image.dtype)
      }
    case .integrated:
      let average = mean(of: pathPoints) { count, start in
        // The midpoint rule: exact where F is a polynomial of second degree along the way, and off
        // by a part of 1 / points^2 where it is smooth.
        let places = (0..<count).map { (Double(start + $0) + 0.5) / Double(pathPoints) }
        let inner = [Int](repeating: 1, count: image.rank - 1)
        let alpha = Tensor(places, Shape([count] + inner), image.dtype)
        return baseline + alpha * (image - baseline)
      }
      return (image - baseline) * average
    }
  }

  /// The gradient of each image's score by its own pixels.
  private func gradients(_ images: Tensor) -> Tensor {
    let leaf = images.detached.tracked
    return score(leaf).sum().gradient(of: leaf)
  }

  /// The mean of the gradients of `count` images, made in batches from the first one's number on.
  private func mean(
    of count: Int, _ images: (_ count: Int, _ start: Int) -> Tensor
  ) -> Tensor {
    let sums = stride(from: 0, to: count, by: batchSize).map { start in
      gradients(images(min(batchSize, count - start), start)).sum(0)
    }
    return sums.dropFirst().reduce(sums[0], +) / Double(count)
  }
}
