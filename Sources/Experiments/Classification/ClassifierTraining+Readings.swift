import Foundation

extension ClassifierTraining {
  /// How to read a cross-entropy among so many classes.
  static func reading(classes: Int) -> String {
    """
    Cross-entropy in nats per image, -ln of the probability of the right class: guessing evenly \
    among \(classes) classes costs ln \(classes) = \(String(format: "%.3f", log(Double(classes)))).
    """
  }

  /// How to read the metrics, by name.
  ///
  /// - Parameter pretraining: How many classes are learned first; nil where none are.
  static func readings(loss: String, pretraining: Int?) -> [String: String] {
    var readings = [
      "loss/train": loss + " A mean over the steps since the last row, with dropout.",
      "loss/valid": loss + " On the test images; rising while loss/train falls is over-fitting.",
      "accuracy/train": "The share of the steps' images classified rightly, with dropout.",
      "accuracy/valid": "The share of test images classified rightly.",
      "gradient": """
      The norm of the direction that the optimizer is given, before clipping; it is the \
      gradient's under backpropagation. A jump by orders of magnitude while the loss rises is an \
      explosion.
      """,
    ]
    if let pretraining {
      let loss = reading(classes: pretraining)
      readings["pretraining/loss"] = loss + " Of the classes that are learned first."
      readings["pretraining/valid-loss"] = loss + " On test images of the classes learned first."
      for part in ["accuracy", "valid-accuracy"] {
        readings["pretraining/\(part)"] =
          readings[
            "accuracy/\(part.hasPrefix("valid") ? "valid" : "train")"]
      }
      readings["pretraining/gradient"] = readings["gradient"]
    }
    return readings
  }
}
