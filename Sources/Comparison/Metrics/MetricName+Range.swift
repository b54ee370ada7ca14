import TandemRuns

extension MetricName {
  private static let shares: Set<String> = [
    "accuracy", "exact", "coverage", "quality", "precision", "recall", "f1", "auc",
  ]
  private static let notNegative: Set<String> = [
    "perplexity", "bits", "rmse", "mse", "mae", "error", "kl", "divergence", "fid", "swd",
    "distance", "covered", "density", "diversity", "gradient",
  ]

  /// The values that a metric can have, by the last word that is known: 0 to 1 of accuracy, exact
  /// matches, coverage, quality, precision, recall, `f1`, `auc` and of what a discriminator
  /// believes, `d/…`; none below 0 of errors, divergences, distances, perplexity, bits, counts of
  /// what is covered, density, diversity, gradients, speeds and times; all where nothing is known.
  static func range(of name: String) -> ClosedRange<Double> {
    if name.hasPrefix("d/") { return 0...1 }
    if isTimed(name) { return 0 ... .infinity }
    for word in words(of: name).reversed() {
      if shares.contains(word) { return 0...1 }
      if notNegative.contains(word) { return 0 ... .infinity }
    }
    return -.infinity ... .infinity
  }
}
