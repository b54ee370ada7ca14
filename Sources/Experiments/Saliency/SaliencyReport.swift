import Foundation
import TandemClassification
import TandemRuns

/// What `tandem saliency` tells beside its picture.
public struct SaliencyReport: JSONReport {
  /// One method's map in numbers.
  struct Row: Encodable {
    let method: AttributionMethod
    let sum: Double
    /// The greatest magnitude.
    let largest: Double
  }

  let file: String
  let image: String
  let step: Int
  /// The class's number and name; nil of a discriminator.
  let `class`: Int?
  let className: String?
  let trueClass: String?
  let logit: Double
  let probability: Double
  let baselineLogit: Double
  let maps: [Row]
  /// By how much the integrated gradients' sum misses the score's distance from the baseline's.
  let completenessGap: Double?

  /// The report of a picture in `file`.
  public init(_ saliency: Saliency, file: String) {
    self.file = file
    image = saliency.imageName
    step = saliency.step
    `class` = saliency.label?.number
    className = saliency.label?.name
    trueClass = saliency.trueLabel
    logit = saliency.score
    probability = saliency.probability
    baselineLogit = saliency.baselineScore
    maps = saliency.maps.map { map in
      Row(
        method: map.method, sum: map.sum,
        largest: map.values.reduce(0) { max($0, Double(abs($1))) })
    }
    completenessGap = saliency.maps.first { $0.method == .integrated }.map {
      $0.sum - (saliency.score - saliency.baselineScore)
    }
  }

  public var text: String {
    var table = TextTable([
      ("METHOD", .left), ("OF A PIXEL", .left), ("SUM", .right), ("LARGEST", .right),
    ])
    for row in maps {
      table.add([
        row.method.rawValue, row.method.formula, String(format: "%.4f", row.sum),
        String(format: "%.4f", row.largest),
      ])
    }
    let what = className.map { "class \(`class` ?? 0) \($0)" } ?? "real"
    let truth = trueClass.map { ", in truth \($0)" } ?? ""
    var text = """
      \(image)\(truth), by the network of step \(step)
      \(what): logit \(String(format: "%.4f", logit)), \
      probability \(String(format: "%.4f", probability)); \
      of a black image \(String(format: "%.4f", baselineLogit))
      \(table.text)
      F is the logit, x the image, x' the black one; LARGEST is the greatest magnitude of a pixel
      """
    if let completenessGap {
      text += String(
        format: "\nintegrated gradients add up to the logit's distance from the black image's, "
          + "%.4f, but for %.4f", logit - baselineLogit, completenessGap)
    }
    return text + "\n\(file)"
  }
}

extension AttributionMethod {
  /// What the method lays on a pixel.
  fileprivate var formula: String {
    switch self {
    case .gradient: "dF/dx"
    case .gradientTimesInput: "(x - x') dF/dx"
    case .smooth: "mean of dF/dx near x"
    case .integrated: "(x - x') mean of dF/dx from x' to x"
    }
  }
}
