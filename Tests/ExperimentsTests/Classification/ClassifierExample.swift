import Foundation
import TandemExperiments
import TandemRuns
import TandemTensors
import Testing

extension Scratch {
  /// Writes IDX files of images and labels: a bright bar at the place of its class on a dark
  /// ground, every pixel with noise of its own.
  func bars(
    _ count: Int, size: Int = 8, classes: Int = 4, name: String = "bars"
  ) throws -> (images: String, labels: String) {
    var random = RandomStream(seed: 3, name: name)
    func header(_ extents: [Int]) -> [UInt8] {
      [0, 0, 8, UInt8(extents.count)]
        + extents.flatMap { extent in
          (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) }
        }
    }
    var (pixels, labels) = (header([count, size, size]), header([count]))
    for _ in 0..<count {
      let label = random.integer(below: classes)
      labels.append(UInt8(label))
      for row in 0..<size {
        for _ in 0..<size {
          pixels.append(
            UInt8((row * classes / size == label ? 160 : 20) + random.integer(below: 70)))
        }
      }
    }
    let files = ("\(path)/\(name)-images.idx", "\(path)/\(name)-labels.idx")
    try Data(pixels).write(to: URL(filePath: files.0))
    try Data(labels).write(to: URL(filePath: files.1))
    return files
  }

  /// A classifier of bars that takes a moment.
  func classifier(
    network: String = "{kind: mlp, hidden: [12, 8]}", rule: String = "{kind: backprop}",
    more: String = "", overrides: [String] = []
  ) throws -> Experiment {
    let (images, labels) = try bars(200)
    return try experiment(
      """
      kind: classifier
      seed: 3
      data: {kind: idx, images: \(images), labels: \(labels), size: 8, testShare: 0.2}
      network: \(network)
      learningRule: \(rule)
      optimizer: {kind: adam, learningRate: 1e-2}
      training: {steps: 60, batchSize: 16}
      validation: {every: 20}
      samples: {every: 30, count: 10}
      checkpoints: {every: 30}
      \(more)
      """, overrides: overrides)
  }
}

/// The configuration of an experiment that is a classifier.
func classifierConfiguration(_ experiment: Experiment) throws -> ClassifierConfiguration {
  try #require(experiment.configuration as? ClassifierConfiguration)
}

/// The learning rules, small.
let smallRules = [
  "{kind: backprop}",
  "{kind: childTuning, mode: free, p: 0.5, compareEvery: 2}",
  "{kind: childTuning, mode: driven, p: 0.5, fisherExamples: 50}",
  "{kind: syntheticGradients, hidden: 16, learningRate: 1e-2, compareEvery: 3}",
  "{kind: syntheticGradients, target: bootstrapped, hidden: 0, seesLabels: false}",
  "{kind: predictiveCoding, steps: 10, compareEvery: 1}",
]
