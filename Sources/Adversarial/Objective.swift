import Foundation
import TandemTensors

/// What generator and discriminator minimise, and nothing else: a function of the discriminator's
/// logits.
///
/// A logit l stands for the discriminator's belief `D = sigmoid(l)` that a sample is real. At the
/// optimum of the original game D is the Bayes posterior `p(real | x)`.
public protocol AdversarialObjective: Sendable {
  /// The discriminator's loss, in two parts that are added: on real and on generated samples.
  func discriminatorLoss(real: Tensor, generated: Tensor) -> DiscriminatorLoss
  /// The generator's loss on the discriminator's logits of what it generated.
  func generatorLoss(generated: Tensor) -> Tensor
  /// How to read the two loss curves, in a sentence.
  var reading: String { get }
  /// How to read `loss/d`, its parts and `loss/g`, a sentence each.
  var readings: [String: String] { get }
}

extension AdversarialObjective {
  /// `reading` for both losses.
  public var readings: [String: String] { ["loss/d": reading, "loss/g": reading] }
}

/// The two parts of a discriminator's loss, scalars.
public struct DiscriminatorLoss: Sendable {
  /// The part of real samples.
  public let real: Tensor
  /// The part of generated samples.
  public let generated: Tensor

  /// A loss of two parts.
  public init(real: Tensor, generated: Tensor) {
    self.real = real
    self.generated = generated
  }

  /// What is minimised.
  public var total: Tensor { real + generated }
}

/// The losses of the original GAN (Goodfellow et al. 2014).
///
///     discriminator:  - E log D(x) - E log(1 - D(G(z)))
///     generator:      - E log D(G(z))           non-saturating
///                       E log(1 - D(G(z)))      minimax
///
/// Both generator losses have the same fixed point; the minimax one has a vanishing gradient
/// where the discriminator is sure that a sample is generated, which is where training starts.
/// With one-sided label smoothing s (Salimans et al. 2016) the first term's target is `1 - s`:
/// `- (1 - s) E log D(x) - s E log(1 - D(x))`, which keeps the discriminator from growing sure.
public struct CrossEntropyObjective: AdversarialObjective {
  /// The generator's side of the game.
  public enum GeneratorLoss: String, Sendable, CaseIterable, Codable {
    /// `- E log D(G(z))`.
    case nonSaturating
    /// `E log(1 - D(G(z)))`.
    case minimax
  }

  /// The generator's side of the game.
  public var generatorLoss: GeneratorLoss
  /// By how much the target of real samples is below one.
  public var labelSmoothing: Double

  /// The objective with the given generator loss; smoothing is in `0 ..< 0.5`.
  public init(_ generatorLoss: GeneratorLoss = .nonSaturating, labelSmoothing: Double = 0) {
    require(
      (0..<0.5).contains(labelSmoothing), "label smoothing \(labelSmoothing) is not in 0..<0.5")
    self.generatorLoss = generatorLoss
    self.labelSmoothing = labelSmoothing
  }

  public func discriminatorLoss(real: Tensor, generated: Tensor) -> DiscriminatorLoss {
    DiscriminatorLoss(
      real: real.binaryCrossEntropy(target: 1 - labelSmoothing),
      generated: generated.binaryCrossEntropy(target: 0))
  }

  public func generatorLoss(generated: Tensor) -> Tensor {
    switch generatorLoss {
    case .nonSaturating: generated.binaryCrossEntropy(target: 1)
    case .minimax: -generated.binaryCrossEntropy(target: 0)
    }
  }

  public var reading: String {
    let floor = "With samples that it cannot tell apart the discriminator's loss is 2 log 2 = 1.386"
    switch generatorLoss {
    case .nonSaturating:
      return """
        \(floor) and the generator's log 2 = 0.693; the generator's loss need not fall while its \
        samples get better, since its judge gets better too.
        """
    case .minimax:
      return """
        \(floor) and the generator's -log 2 = -0.693; a generator's loss near 0 means that the \
        discriminator is sure and the gradient is gone.
        """
    }
  }

  public var readings: [String: String] {
    let floor =
      labelSmoothing == 0
      ? "near 0 it is sure of all"
      : """
      with labels smoothed by \(labelSmoothing) it cannot fall below \
      \((1000 * targetEntropy).rounded() / 1000)
      """
    let generator =
      switch generatorLoss {
      case .nonSaturating:
        """
        log 2 = 0.693 where the discriminator can only guess. It need not fall while samples get \
        better, for the judge gets better too; it is no measure of quality.
        """
      case .minimax:
        """
        -log 2 = -0.693 where the discriminator can only guess; near 0 the discriminator is sure \
        and the gradient is gone. Lower is better for the generator, against the judge of that \
        moment.
        """
      }
    return [
      "loss/d": """
      2 log 2 = 1.386 where the discriminator can only guess, which is where a finished game \
      ends; \(floor).
      """,
      "loss/d-real": "The part of real samples: log 2 = 0.693 where it can only guess.",
      "loss/d-fake": "The part of generated samples: log 2 = 0.693 where it can only guess.",
      "loss/g": generator,
    ]
  }

  /// The entropy of a smoothed label, in nats: the least that the loss on real samples can be.
  private var targetEntropy: Double {
    let s = labelSmoothing
    return s == 0 ? 0 : -(s * log(s) + (1 - s) * log(1 - s))
  }
}
