/// What a metric's name tells of it.
///
/// Names are read by their words: `/`, `-`, `_`, spaces and capitals begin a new one.
public enum MetricName {
  private static let lower: Set<String> = [
    "loss", "perplexity", "bits", "rmse", "mse", "mae", "error", "nll", "kl", "divergence", "fid",
    "kid", "swd", "distance",
  ]
  private static let higher: Set<String> = [
    "accuracy", "exact", "covered", "coverage", "quality", "precision", "recall", "density", "f1",
    "auc", "psnr",
  ]

  /// Whether the metric is a loss: it has that word.
  public static func isLoss(_ name: String) -> Bool { words(of: name).contains("loss") }

  /// Whether a clock gives the metric's values: a speed, such as `images/s`, or milliseconds, such
  /// as `ms/backprop`.
  ///
  /// They differ with every run of the same. So they are no part of a run's exact state: no
  /// checkpoint holds them, and nothing that asks whether two runs are the same looks at them.
  public static func isTimed(_ name: String) -> Bool { isSpeed(name) || isTime(name) }

  private static func isSpeed(_ name: String) -> Bool { name.hasSuffix("/s") }
  private static func isTime(_ name: String) -> Bool { name.hasPrefix("ms/") }

  /// Which values are better by the last word that is known: low ones of losses, perplexity, bits,
  /// errors, divergences and distances (`fid`, `kid`, `swd`), and of milliseconds; high ones of
  /// accuracy, exact matches, coverage, quality, precision, recall, density, `f1`, `auc`, `psnr` and
  /// of speeds; nil where nothing is known, as of a learning rate.
  public static func direction(of name: String) -> MetricDirection? {
    if isSpeed(name) { return .higher }
    if isTime(name) { return .lower }
    for word in words(of: name).reversed() {
      if lower.contains(word) { return .lower }
      if higher.contains(word) { return .higher }
    }
    return nil
  }

  /// The words of a name, in small letters.
  package static func words(of name: String) -> [String] {
    var words: [String] = [""]
    var wasLower = false
    for character in name {
      if !character.isLetter, !character.isNumber {
        words.append("")
      } else {
        if character.isUppercase, wasLower { words.append("") }
        words[words.count - 1] += character.lowercased()
      }
      wasLower = character.isLowercase
    }
    return words.filter { !$0.isEmpty }
  }
}
