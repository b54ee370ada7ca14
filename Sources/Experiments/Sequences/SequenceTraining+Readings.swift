import TandemSequences

extension SequenceTraining {
  /// How to read the metrics that every task has, by name.
  static func readings(
    loss: String, of quantity: SequenceMeasures.Quantity
  ) -> [String: String] {
    var readings = [
      "loss/train": loss + " A mean over the steps since the last row, with dropout.",
      "loss/valid": loss + " On data that are not learnt from; this decides what is best.",
      "loss/test": loss + " On data that decided nothing, measured once, at the end.",
      "gradient": """
      The norm of the whole gradient before clipping. It may grow while the model begins to learn; \
      a jump by orders of magnitude while the loss rises is an explosion.
      """,
      "clipped": """
      The share of steps whose gradient was clipped: near 1 for long, the limit acts as a learning \
      rate.
      """,
      "reach/l0": """
      The share of the last step's gradient that reaches the first step: near 1 it passes, below \
      1e-6 the first steps teach nothing, above 1000 it explodes.
      """,
    ]
    for part in ["train", "valid", "test"] {
      switch quantity {
      case .tokens:
        readings["perplexity/\(part)"] = """
          e^loss: among how many tokens, all equally likely, the model would be as unsure.
          """
        readings["bits/\(part)"] = "loss / ln 2: bits that a token takes."
      case .classes: break
      case .values:
        readings["rmse/\(part)"] = "The root of the mean squared error, in the unit of the data."
      }
      if quantity != .values {
        readings["accuracy/\(part)"] = "The share of targets predicted rightly."
      }
    }
    return readings
  }
}
