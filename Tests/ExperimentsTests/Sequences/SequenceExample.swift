import Foundation

/// A small experiment of each kind that learns sequences, with data of its own.
enum SequenceExample: String, CaseIterable {
  case languageModel, words, names, adding, copyMemory, rows, pixels, forecast, rewriting

  /// The configuration, its data written into the folder of a test. All that draws random numbers
  /// or keeps a state between steps is in one of them.
  func yaml(_ scratch: Scratch) throws -> String {
    let data = scratch.path
    let rest = """
      metrics: {every: 1}
      validation: {every: 2}
      checkpoints: {every: 100}
      """
    switch self {
    case .languageModel:
      let lines = (0..<60).map { "the line \($0 * $0) of a text\n" }.joined()
      try lines.write(toFile: "\(data)/text.txt", atomically: false, encoding: .utf8)
      return """
        kind: languageModel
        data: {path: \(data)/text.txt, validation: 0.2, test: 0.2, forgetAtLineEnd: true}
        network:
          {cell: lstm, size: 6, layers: 2, tied: true, embedding: 6,
           dropout: {embedding: 0.1, input: 0.1, between: 0.2, output: 0.2, locked: true}}
        optimizer: {kind: adamW, clipNorm: 1}
        training: {steps: 6, batchSize: 3, window: 7}
        samples: {every: 3, length: 12, count: 2, prime: "the "}
        \(rest)
        """
    case .words:
      let lines = (0..<200).map { "word\($0 % 7) and word\($0 % 3) make a line\n" }.joined()
      try lines.write(toFile: "\(data)/words.txt", atomically: false, encoding: .utf8)
      return """
        kind: languageModel
        data: {path: \(data)/words.txt, level: words, vocabularySize: 9}
        network: {cell: gru, size: 5, embedding: 4, initialization: {kind: uniform, bound: 0.1}}
        optimizer: {kind: sgd, learningRate: 1, schedule: {kind: epochDecay, after: 1}}
        training:
          {steps: 6, batchSize: 20, window: 20, loss: perSequence, keepRemainder: true,
           windowVariation: {deviation: 2}, averaging: {patience: 0}}
        samples: {every: 3, length: 5}
        \(rest)
        """
    case .names:
      let names = (0..<50).map { " n\(String($0, radix: 3))\n" }.joined()
      try names.write(toFile: "\(data)/names.txt", atomically: false, encoding: .utf8)
      return """
        kind: names
        data: {path: \(data)/names.txt, validation: 0.2}
        network: {cell: lstm, size: 6, embedding: 3, dropout: {input: 0.2, weights: 0.2}}
        training: {epochs: 1, batchSize: 6}
        samples: {every: 3, count: 5, temperature: 0.8}
        \(rest)
        """
    case .adding:
      return """
        kind: adding
        data: {steps: 9, validationBatches: 2}
        network: {cell: tanh, size: 5, layers: 2, dropout: {output: 0.2, locked: true}}
        optimizer: {clipValue: 0.1, schedule: {kind: plateau, patience: 0}}
        training: {steps: 6, batchSize: 4}
        samples: {every: 3}
        \(rest)
        """
    case .copyMemory:
      return """
        kind: copyMemory
        data: {delay: 3, validationBatches: 2}
        network: {cell: gru, size: 5, embedding: 4, dropout: {output: 0.2, locked: true}}
        training: {steps: 6, batchSize: 4}
        samples: {every: 3}
        \(rest)
        """
    case .rows, .pixels:
      try scratch.labelledImages()
      return """
        kind: imageSequences
        data:
          {set: mnist, path: \(data), reading: \(rawValue),
           permutationSeed: \(self == .pixels ? "3" : "null")}
        network: {cell: relu, size: 5, dropout: {output: 0.2}}
        optimizer: {schedule: {kind: plateau, patience: 0}}
        training: {steps: 6, batchSize: 8}
        samples: {every: 3}
        \(rest)
        """
    case .forecast:
      let rows = (0..<80).map { "\($0),\(100 + 20 * sin(Double($0) / 4))\n" }.joined()
      try "day,level\n\(rows)"
        .write(toFile: "\(data)/series.csv", atomically: false, encoding: .utf8)
      return """
        kind: forecast
        data: {path: \(data)/series.csv, column: level, history: 6, horizon: 2, unit: m}
        network: {cell: lstm, size: 5, layers: 2, dropout: {between: 0.2}, singleBias: true}
        training: {steps: 6, batchSize: 8}
        samples: {every: 3}
        \(rest)
        """
    case .rewriting:
      return """
        kind: rewriting
        data: {kind: reversal, longest: 4, validationBatches: 2}
        network:
          {cell: gru, size: 5, embedding: 4, bidirectional: true, attention: additive,
           dropout: {between: 0.2}}
        optimizer: {schedule: {kind: plateau, patience: 0}}
        training: {steps: 6, batchSize: 4}
        samples: {every: 3, count: 2}
        \(rest)
        """
    }
  }

  /// Whether the model's gradients are followed back through time.
  var followsFlow: Bool { self != .rewriting }

  /// The folders of samples, and the type of their files.
  var samples: [String: String] {
    let own: [String: String] =
      switch self {
      case .languageModel, .words, .rewriting: ["text": "txt"]
      case .names: ["names": "txt"]
      case .forecast: ["forecast": "png"]
      case .adding, .copyMemory, .rows, .pixels: [:]
      }
    return followsFlow ? own.merging(["gradient-flow": "png"]) { $1 } : own
  }

  /// Metrics of the last row beside loss, gradient and rate.
  var metrics: [String] {
    switch self {
    case .languageModel, .words: ["perplexity/valid", "bits/train", "accuracy/valid", "tokens/s"]
    case .names: ["names/new", "perplexity/valid", "tokens/s"]
    case .rewriting: ["exact/valid", "accuracy/test", "sequences/s"]
    case .adding: ["rmse/valid", "loss/test", "sequences/s"]
    case .copyMemory: ["accuracy/train", "accuracy/valid", "accuracy/test", "sequences/s"]
    case .rows, .pixels: ["accuracy/train", "accuracy/valid", "images/s"]
    case .forecast: ["rmse/valid", "rmse/test", "rmse/forecast", "rmse/naive", "windows/s"]
    }
  }

  /// Whether its cells have gates, whose saturation is told.
  var hasGates: Bool { ![.adding, .rows, .pixels, .rewriting].contains(self) }
}

extension Scratch {
  /// Writes the four files of a set of labelled images of 4 pixels a side: those of class c are
  /// bright in row c.
  func labelledImages() throws {
    for (prefix, count) in [("train", 40), ("t10k", 12)] {
      var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 4, 0, 0, 0, 4]
      var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
      for index in 0..<count {
        let label = index % 4
        labels.append(UInt8(label))
        images += (0..<16).map { $0 / 4 == label ? 250 : UInt8(index) }
      }
      try Data(images).write(to: URL(filePath: "\(path)/\(prefix)-images-idx3-ubyte"))
      try Data(labels).write(to: URL(filePath: "\(path)/\(prefix)-labels-idx1-ubyte"))
    }
  }
}
