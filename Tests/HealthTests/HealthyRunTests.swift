import Foundation
import TandemHealth
import Testing

/// Rows shaped after healthy runs of the shipped experiments: no rule speaks.
@Suite struct HealthyRunTests {
  /// dcgan-fashion: an accurate discriminator that swings, and gives its generator some credit.
  @Test func aConvolutionalGame() throws {
    var monitor = try watch(images)
    let found = monitor.alerts(
      rows(
        1...5000,
        [
          "accuracy/real": { min(1, 0.96 + 0.05 * noise($0)) },
          "accuracy/fake": { min(1, 0.99 + 0.02 * noise($0 + 7)) },
          "d/fake": { $0 < 100 ? 0.01 : 0.08 + 0.05 * noise($0 + 3) },
          "gradient/g": { 12 + 6 * noise($0) + 30 * exp(-Double($0) / 50) },
          "diversity": each(250) { 1 - 0.6 * exp(-Double($0) / 500) },
        ]))
    #expect(found == [])
  }

  /// ring-gan: a game that ends between equals, with gradients that fade.
  @Test func aGameOfPoints() throws {
    var monitor = try watch(points)
    let found = monitor.alerts(
      rows(
        stride(from: 20, through: 20000, by: 20),
        [
          "accuracy/real": { 0.5 + 0.2 * noise($0) }, "accuracy/fake": { 0.5 - 0.2 * noise($0) },
          "d/fake": { _ in 0.5 }, "gradient/g": { 2 * exp(-Double($0) / 2000) },
          "diversity": each(2000) { _ in 1 }, "modes/covered": each(2000) { _ in 8 },
        ]))
    #expect(found == [])
  }

  /// adding-lstm: 3,200 steps in which nothing reaches the early marker, then the loss falls and
  /// the gradient grows fifty-fold.
  @Test func anLSTMThatTakesItsTime() throws {
    var monitor = try watch(endless)
    let found = monitor.alerts(
      rows(
        stride(from: 20, through: 6000, by: 20),
        [
          "gradient": { $0 < 3300 ? 0.15 + 0.03 * noise($0) : 8 * exp(-Double($0 - 3300) / 800) },
          "loss/train": {
            $0 < 3300 ? 0.165 + 0.004 * noise($0) : 0.165 * exp(-Double($0 - 3300) / 200)
          },
          "loss/valid": each(200) {
            $0 < 3300 ? 0.171 + 0.002 * noise($0) : 0.171 * exp(-Double($0 - 3300) / 200)
          },
          "reach/l0": each(200) { $0 < 3300 ? 1e-20 : 0.2 },
        ]))
    #expect(found == [])
  }

  /// mlp-fashion and cnn-fashion: a loss that falls, a gradient that grows as the network gets sure
  /// of itself, and a test loss that swings by some percent from epoch to epoch.
  @Test func classifiers() throws {
    var monitor = try watch(.classifier)
    let found = monitor.alerts(
      rows(
        (1...9370).lazy.filter { $0 % 50 == 0 || $0 % 937 == 0 },
        [
          "gradient": { 1 + 0.5 * noise($0) + 1e-4 * Double($0) },
          "loss/train": { 0.15 + 0.7 * exp(-Double($0) / 4000) + 0.05 * noise($0) },
          "accuracy/train": { 0.95 - 0.2 * exp(-Double($0) / 4000) + 0.02 * noise($0) },
          "loss/valid": each(937) { 0.31 + 0.2 * exp(-Double($0) / 3000) + 0.007 * noise($0) },
          "accuracy/valid": each(937) { 0.89 - 0.1 * exp(-Double($0) / 3000) },
        ]))
    #expect(found == [])
  }

  /// date-seq2seq: once next to nothing is left to learn, a batch with one wrong answer has
  /// hundreds of times the usual gradient and loss.
  @Test func aTaskThatIsSolved() throws {
    var monitor = try watch(endless)
    let isSlip: (Int) -> Bool = { $0 == 1380 || $0 == 1700 }
    let found = monitor.alerts(
      rows(
        stride(from: 10, through: 2000, by: 10),
        [
          "gradient": { isSlip($0) ? 0.07 : 3e-4 + 0.7 * exp(-Double($0) / 80) },
          "loss/train": { isSlip($0) ? 0.0022 : 2.9e-4 + 2.4 * exp(-Double($0) / 80) },
          "loss/valid": each(200) { 3e-4 + 2.4 * exp(-Double($0) / 80) },
        ]))
    #expect(found == [])
  }

  /// charlm-rnn: a plain network whose gradients do not come far, and which learns all the same.
  @Test func aLanguageModel() throws {
    var monitor = try watch(language)
    let found = monitor.alerts(
      rows(
        stride(from: 20, through: 24000, by: 20),
        [
          "gradient": { 0.3 + 0.05 * noise($0) + exp(-Double($0) / 40) },
          "loss/train": { 1.2 + 3 * exp(-Double($0) / 150) - 1e-5 * Double($0) },
          "loss/valid": each(400) { 1.4 + 3 * exp(-Double($0) / 150) - 1e-5 * Double($0) },
          "reach/l0": each(400) { _ in 1e-15 },
        ]))
    #expect(found == [])
  }
}
