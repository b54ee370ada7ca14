import Foundation
import TandemRuns

/// The kinds of experiments that can be explained: small networks whose every number is shown.
public enum ExplanationKind: String, CaseIterable, Sendable {
  /// Fully connected layers, given unit by unit.
  case explainNetwork
  /// A convolution with max and mean pooling.
  case explainConvolution
  /// A plain recurrent network, unrolled.
  case explainRNN
  /// An LSTM of one cell, unrolled.
  case explainLSTM
}

extension Explanation {
  /// Reads `directory/experiment.yaml` and computes what it describes.
  ///
  /// - Parameter overrides: `key=value` each, as given to `--set`.
  /// - Throws: `ConfigurationError` with every problem found; `RunError` where the file cannot be
  ///   read.
  public init(directory: String, overrides: [String] = []) throws {
    let folder = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    let file = "\(folder)/experiment.yaml"
    try self.init(yaml: try readText(file), file: file, overrides: overrides)
  }

  /// Reads a configuration and computes what it describes.
  ///
  /// - Parameter file: The name that errors give the text.
  /// - Throws: `ConfigurationError` with every problem found.
  public init(yaml: String, file: String, overrides: [String] = []) throws {
    var reader = ConfigurationReader(yaml: yaml, file: file, overrides: overrides)
    let kind = reader.kind(from: ExplanationKind.self) { _ in
      "; `tandem run` trains the other kinds"
    }
    let title = reader.text("title", default: "")
    let notes = reader.texts("notes", default: [])
    let make: () -> Explanation
    switch kind {
    case .explainNetwork:
      let configuration = DenseConfiguration(&reader, title: title, notes: notes)
      make = { DenseExplanation(configuration).explanation() }
    case .explainConvolution:
      let configuration = ConvolutionConfiguration(&reader, title: title, notes: notes)
      make = { ConvolutionExplanation(configuration).explanation() }
    case .explainRNN:
      let configuration = RNNConfiguration(&reader, title: title, notes: notes)
      make = { RNNExplanation(configuration).explanation() }
    case .explainLSTM:
      let configuration = LSTMConfiguration(&reader, title: title, notes: notes)
      make = { LSTMExplanation(configuration).explanation() }
    }
    _ = try reader.finish()
    self = make()
  }
}
