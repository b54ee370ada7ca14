import TandemRuns

/// What is trained, as far as it decides which rules apply.
public struct HealthSubject: Sendable {
  /// Whether the samples of a generator are judged; of how many modes, where the data have some.
  public var generated: Generated?
  /// The measure of the validations that says which model is best; nil where there are none.
  public var decisive: Decisive?
  /// Whether a step's row has the loss `loss/train` and the norm of its `gradient`.
  public var measuresGradient = false
  /// Whether gradients go back through time.
  public var goesBackInTime = false
  /// How it shows that examples are learnt by heart; nil where none is seen twice.
  public var overfitting: Overfitting?

  /// What a generator makes.
  public enum Generated: Sendable, Equatable {
    /// Samples without known modes.
    case samples
    /// Points of the plane around so many modes.
    case points(modes: Int)
  }

  /// The measure that says which model is best.
  public struct Decisive: Sendable, Equatable {
    /// Its name before the slash: `loss` of `loss/valid` and `loss/train`.
    public let measure: String
    /// Which of its values are better.
    public let better: MetricDirection

    /// A measure of that name.
    public init(_ measure: String, better: MetricDirection) {
      self.measure = measure
      self.better = better
    }

    /// Its name among the metrics of a validation.
    var validation: String { "\(measure)/valid" }
    /// Its name among the metrics of the steps.
    var training: String { "\(measure)/train" }

    /// By which share of the other's value a value is better; negative where it is worse.
    func gain(of value: Double, over other: Double) -> Double {
      let gain = (better == .higher ? value - other : other - value) / max(abs(other), 1e-12)
      return gain.isNaN ? -.infinity : gain
    }
  }

  /// How it shows that examples are learnt by heart.
  public struct Overfitting: Sendable, Equatable {
    /// The measure that gets worse in validations while it gets better in training.
    public var measure: Decisive
    /// By which share it may get worse by chance.
    public var noise: Double

    /// A measure with its noise.
    public init(_ measure: Decisive, noise: Double) {
      self.measure = measure
      self.noise = noise
    }
  }

  /// What no rule knows.
  public init() {}

  /// The training of a generator against a discriminator.
  public static func adversarial(_ generated: Generated) -> HealthSubject {
    var subject = HealthSubject()
    subject.generated = generated
    return subject
  }

  /// The training of a model of sequences by back-propagation through time.
  public static func sequences(_ decisive: Decisive, repeatsExamples: Bool) -> HealthSubject {
    var subject = HealthSubject()
    subject.decisive = decisive
    subject.measuresGradient = true
    subject.goesBackInTime = true
    // A validation part of some ten thousand tokens.
    subject.overfitting = repeatsExamples ? Overfitting(decisive, noise: 0.01) : nil
    return subject
  }

  /// The training of a classifier: accuracy decides, but the loss is the first to tell of
  /// over-fitting. Test images that were wrong get surer of it long before others become wrong.
  public static var classifier: HealthSubject {
    var subject = HealthSubject()
    subject.decisive = Decisive("accuracy", better: .higher)
    subject.measuresGradient = true
    // What the test loss of mlp-fashion and cnn-fashion swings by from epoch to epoch.
    subject.overfitting = Overfitting(Decisive("loss", better: .lower), noise: 0.05)
    return subject
  }
}
