import TandemClassification
import TandemLayers
import TandemTensors
import Testing

@Suite struct AttributionTests {
  func attribution(of model: Classifier, label: Int, _ dtype: DType) -> Attribution {
    Attribution(baseline: Tensor(-1, dtype)) { images in
      model(images).slice(axis: 1, label..<(label + 1)).reshaped(to: [images.shape[0]])
    }
  }

  /// The sum of the integrated gradients is `F(x) - F(x')`.
  @Test(arguments: [ClassifierActivation.tanh, .sigmoid, .gelu])
  func integratedGradientsAreComplete(_ activation: ClassifierActivation) {
    let model = dense([12, 8], activation).converted(to: .float64)
    var random = RandomStream(seed: 1, name: "noise")
    for label in 0..<3 {
      var attribution = attribution(of: model, label: label, .float64)
      let image = bars(1, seed: UInt64(label), .float64).images
      let blank = Tensor(repeating: -1, image.shape, .float64)
      let expected = attribution.scores(image).scalar - attribution.scores(blank).scalar
      var gaps: [Double] = []
      for points in [64, 128, 256] {
        attribution.pathPoints = points
        gaps.append(abs(attribution(.integrated, image, &random).sum().scalar - expected))
      }
      #expect(gaps[2] < 1e-4 * max(abs(expected), 1))
      // The midpoint rule's error falls with the square of the points.
      #expect(gaps[1] < 0.3 * gaps[0] && gaps[2] < 0.3 * gaps[1])
    }
  }

  /// With kinks too, if not as fast, in float32 and through convolutions.
  @Test func integratedGradientsOfRectifiersAreComplete() {
    let model = convolutional()
    var random = RandomStream(seed: 1, name: "noise")
    var attribution = attribution(of: model, label: 1, .float32)
    attribution.pathPoints = 1000
    let image = bars(1).images
    let expected =
      attribution.scores(image).scalar - attribution.scores(image * 0 - 1).scalar
    let sum = attribution(.integrated, image, &random).sum().scalar
    #expect(abs(sum - expected) < 0.01 * max(abs(expected), 1))
  }

  /// Of a linear score all is known: the gradient is the weights, and both products are the part
  /// that each pixel has of the score.
  @Test func linearScoresAreLaidOutExactly() {
    let model = dense([]).converted(to: .float64)
    let image = bars(1, .float64).images
    var random = RandomStream(seed: 1, name: "noise")
    let attribution = attribution(of: model, label: 2, .float64)
    let weights = model.parameters[0].slice(axis: 0, 2..<3).reshaped(to: image.shape)
    let parts = (image + 1) * weights
    for (method, expected) in [
      (AttributionMethod.gradient, weights), (.smooth, weights), (.gradientTimesInput, parts),
      (.integrated, parts),
    ] {
      let found = attribution(method, image, &random)
      #expect(found.shape == image.shape)
      #expect(distance([found], [expected]) < 1e-12, "\(method)")
    }
  }

  /// The smoothed gradient is the mean of gradients at noisy images, whatever the batches.
  @Test func smoothedGradientsAreMeans() {
    let model = dense([12], .tanh).converted(to: .float64)
    let image = bars(1, .float64).images
    var attribution = attribution(of: model, label: 0, .float64)
    attribution.noisyImages = 10
    attribution.batchSize = 4
    var random = RandomStream(seed: 1, name: "noise")
    var same = random
    let found = attribution(.smooth, image, &random)
    var expected = Tensor(zeros: image.shape, .float64)
    for count in [4, 4, 2] {
      let noise = same.normal([count, 6, 6, 1], deviation: 0.3, .float64)
      for index in 0..<count {
        let noisy = image + noise.slice(axis: 0, index..<(index + 1))
        expected = expected + attribution(.gradient, noisy, &random) / 10
      }
    }
    #expect(distance([found], [expected]) < 1e-12)
    attribution.noise = 0
    #expect(
      distance(
        [attribution(.smooth, image, &random)], [attribution(.gradient, image, &random)]) < 1e-12)
  }
}
