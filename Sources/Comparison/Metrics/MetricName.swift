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

  /// Whether the metric is a speed, such as `images/s`, and so differs with every run of the same.
  public static func isSpeed(_ name: String) -> Bool { name.hasSuffix("/s") }

  /// Which values are better by the last word that is known: low ones of losses, perplexity, bits,
  /// errors, divergences and distances (`fid`, `kid`, `swd`); high ones of accuracy, exact matches,
  /// coverage, quality, precision, recall, density, `f1`, `auc`, `psnr` and of speeds; nil where
  /// nothing is known, as of a learning rate.
  public static func direction(of name: String) -> MetricDirection? {
    if isSpeed(name) { return .higher }
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

/// Which values of a metric are better.
public enum MetricDirection: String, Codable, Sendable {
  case lower, higher

  /// The best of values, by its index; nil where none is finite.
  func best(of values: [Double]) -> Int? {
    var best: Int?
    for (index, value) in values.enumerated() where value.isFinite {
      guard let known = best else {
        best = index
        continue
      }
      if self == .lower ? value < values[known] : value > values[known] { best = index }
    }
    return best
  }

  /// The direction of a metric: by the best checkpoint that one of the runs chose by it, where the
  /// value is nearer to the lowest or to the highest of its course, and else by the name.
  static func of(_ metric: String, in runs: [ComparedRun]) -> MetricDirection? {
    let file = String(metric.map { $0 == "/" ? "-" : $0 })
    for run in runs {
      guard let value = run.bestValues[file],
        let values = run.series[metric]?.values.filter(\.isFinite),
        let low = values.min(), let high = values.max(), low < high
      else { continue }
      return abs(value - low) <= abs(value - high) ? .lower : .higher
    }
    return MetricName.direction(of: metric)
  }
}
