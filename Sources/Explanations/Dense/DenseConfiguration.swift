import TandemRuns

/// A small network of fully connected layers, given unit by unit, with one sample.
public struct DenseConfiguration: Sendable {
  /// How the error of the outputs y is measured against the targets t.
  public enum Loss: String, CaseIterable, Sendable {
    /// `E = Σ ½ (y − t)²`.
    case halfSquaredError
    /// `E = Σ −t ln y − (1 − t) ln(1 − y)`, for outputs between 0 and 1.
    case crossEntropy
  }

  /// A layer of units with one activation.
  public struct Layer: Sendable {
    /// What its units are called, before their numbers: letters, unlike those of other layers.
    public var name: String
    public var activation: UnitActivation
    /// Whether the step leaves the biases as they are.
    public var freezesBiases: Bool
    public var units: [Unit]
  }

  /// A unit: a weight for each unit of the layer below, and a bias where it has one.
  public struct Unit: Sendable {
    public var weights: [Double]
    public var bias: Double
  }

  public var title: String
  public var notes: [String]
  public var inputs: [Double]
  public var targets: [Double]
  public var layers: [Layer]
  public var loss: Loss
  public var learningRate: Double

  init(_ reader: inout ConfigurationReader, title: String, notes: [String]) {
    (self.title, self.notes) = (title, notes)
    inputs = reader.numbers("inputs", count: 1...8)
    targets = reader.numbers("targets", count: 1...8)
    loss = reader.choice("loss", from: Loss.self, default: .halfSquaredError)
    learningRate = reader.number("learningRate", default: 0.5, in: .above(0))
    var width = inputs.count
    var place = 0
    // What other parts of the page are called: the inputs, the weights and the error.
    var taken: Set<String> = ["i", "w", "E"]
    layers = reader.sections("layers", required: true, count: 1...6) { section in
      defer { place += 1 }
      let layer = Layer(
        name: section.text("name", default: "h\(place + 1)_"),
        activation: section.choice("activation", from: UnitActivation.self, default: .logistic),
        freezesBiases: section.flag("freezeBiases", default: false),
        units: section.sections("units", required: true, count: 1...8) { unit in
          Unit(
            weights: unit.numbers("weights", count: width...width),
            bias: unit.number("bias", default: 0))
        })
      if section.has("name"), layer.name.isEmpty || !layer.name.allSatisfy(\.isLetter) {
        section.problem(
          at: "name", "expected letters alone: numbers behind them count the units",
          comparing: ["name"])
      } else if !taken.insert(layer.name).inserted {
        section.problem(
          at: "name", "'\(layer.name)' is taken: expected a name of its own, and not i, w or E",
          comparing: ["name"])
      }
      width = layer.units.count
      return layer
    }
    if layers.last.map({ $0.units.count }) != targets.count {
      reader.problem(
        at: "targets", "expected as many targets as the last layer has units, \(width)",
        comparing: ["layers"])
    }
    if loss == .crossEntropy, layers.last?.activation != .logistic {
      reader.problem(
        at: "loss", "crossEntropy needs a logistic last layer, whose outputs are probabilities",
        comparing: ["layers"])
    }
  }
}
