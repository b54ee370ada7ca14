import TandemLayers
import TandemRuns

/// A network of an experiment and what its layers do to one batch.
public struct NetworkSummary: Sendable {
  /// What the network is in the experiment: `generator`.
  public var name: String
  /// Its layers' shapes and costs, for an input of one batch.
  public var summary: LayerSummary

  /// The network of that name.
  public init(_ name: String, _ summary: LayerSummary) {
    self.name = name
    self.summary = summary
  }
}

/// What `tandem summary` tells: the networks of an experiment, layer by layer, for one batch.
public struct ExperimentSummary: JSONReport {
  /// One network.
  struct Network: Encodable {
    let name: String
    let input: [Int]
    let layers: [Row]
    let parameters: Int
    /// Floating-point operations of one batch's forward pass.
    let operations: Int
  }

  /// One layer.
  struct Row: Encodable {
    let name: String
    let layer: String
    let output: [Int]
    /// The shape of the gradient that the layer passes back to its input.
    let inputGradient: [Int]?
    let tensors: [StoredTensor]
    let parameters: Int
    let operations: Int
  }

  /// A tensor of a layer.
  struct StoredTensor: Encodable {
    let name: String
    let shape: [Int]
    let gradient: [Int]?
  }

  let experiment: String
  let batchSize: Int
  let networks: [Network]

  /// Builds the networks and sends one batch of zeros forward and backward through each layer.
  ///
  /// - Throws: `ExperimentError` where the machine's memory cannot hold them; what is wrong with
  ///   the data, where a network's shape depends on them.
  public init(_ experiment: Experiment) throws {
    let configuration = experiment.configuration
    try configuration.memory.check()
    self.experiment = experiment.name
    batchSize = configuration.batchSize
    networks = try configuration.networks().map(Network.init)
  }

  public var text: String {
    networks.map { network in
      var table = TextTable([
        ("", .left), ("LAYER", .left), ("OUTPUT", .left), ("GRADIENT TO INPUT", .left),
        ("PARAMETERS = GRADIENTS", .left), ("COUNT", .right), ("MFLOP", .right),
      ])
      for row in network.layers {
        table.add([
          row.name, row.layer, "\(row.output)", row.inputGradient.map { "\($0)" } ?? "-",
          row.tensors.filter { $0.gradient != nil }.map { "\($0.name) \($0.shape)" }
            .joined(separator: ", "),
          "\(row.parameters)", ExperimentSummary.mega(row.operations),
        ])
      }
      return """
        \(network.name): input \(network.input), \(network.parameters) parameters, \
        \(ExperimentSummary.mega(network.operations)) MFLOP forward
        \(table.text)
        """
    }.joined(separator: "\n\n")
  }

  private static func mega(_ operations: Int) -> String {
    // One decimal place, without a formatter: tenths of a million.
    let tenths = (operations + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension ExperimentSummary.Network {
  fileprivate init(_ network: NetworkSummary) {
    let summary = network.summary
    // A network of one piece is its own only layer.
    let parts = summary.parts.isEmpty ? [(name: "", summary: summary)] : summary.parts
    self.init(
      name: network.name, input: summary.input.extents,
      layers: parts.map { name, part in
        ExperimentSummary.Row(
          name: name, layer: part.text, output: part.output.extents,
          inputGradient: part.inputGradient?.extents,
          tensors: part.tensors.map {
            ExperimentSummary.StoredTensor(
              name: $0.name, shape: $0.shape.extents, gradient: $0.gradient?.extents)
          }, parameters: part.parameterCount, operations: part.operations)
      }, parameters: summary.parameterCount, operations: summary.operations)
  }
}
