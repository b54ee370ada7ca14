import Foundation
import TandemExplanations
import TandemLayers
import TandemTensors
import Testing

@Suite struct DenseTests {
  /// The worked example to nine digits.
  @Test func workedExample() throws {
    let page = try explanation(of: "explain-two-layer")
    let values = page.values
    #expect(try abs(#require(values["E"]) - 0.298371109) < 5e-10)
    #expect(try abs(#require(values["E.after"]) - 0.291027774) < 5e-10)
    // Weights after the step, as the source's hand arithmetic has them to its nine digits.
    let weights = [
      0.149780716, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.408666186, 0.511301270,
      0.561370121,
    ]
    for (index, weight) in weights.enumerated() {
      #expect(try abs(#require(values["w.after.\(index + 1)"]) - weight) < 6e-9)
    }
    for unit in ["h1", "h2", "o1", "o2"] {
      #expect(values["b.after.\(unit)"] == values["b.\(unit)"])
    }
    #expect(page.html().contains("0.291027924"))
    #expect(page.text.contains("0.291027924"))
  }

  @Test func biasesThatStep() throws {
    let page = try explanation(
      of: "explain-two-layer", "layers.0.freezeBiases=false", "layers.1.freezeBiases=false")
    let values = page.values
    #expect(try abs(#require(values["E.after"]) - 0.280471447) < 5e-10)
    #expect(try #require(values["b.after.o1"]) < 0.6)
  }

  /// A bias that both units of a layer share: its gradient is the sum of those of two biases.
  @Test func sharedBiasesThatStep() throws {
    let values = try explanation(of: "explain-two-layer").values
    func value(_ id: String) throws -> Double { try #require(values[id]) }
    func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let hiddenBias = try 0.35 - 0.5 * (value("db.h1") + value("db.h2"))
    let outputBias = try 0.6 - 0.5 * (value("db.o1") + value("db.o2"))
    var weights: [Double] = []
    for number in 1...8 { weights.append(try value("w.after.\(number)")) }
    let h1 = logistic(weights[0] * 0.05 + weights[1] * 0.1 + hiddenBias)
    let h2 = logistic(weights[2] * 0.05 + weights[3] * 0.1 + hiddenBias)
    let o1 = logistic(weights[4] * h1 + weights[5] * h2 + outputBias)
    let o2 = logistic(weights[6] * h1 + weights[7] * h2 + outputBias)
    let first = 0.5 * (o1 - 0.01) * (o1 - 0.01)
    let second = 0.5 * (o2 - 0.99) * (o2 - 0.99)
    #expect(abs(first + second - 0.285750887) < 5e-10)
  }

  /// Every number of the page against a network of the framework's own layers.
  @Test func numbersAreTheReferenceBackends() throws {
    let page = try explanation(of: "explain-1-2-2-1")
    let names = [["i1"], ["f1", "f2"], ["g1", "g2"], ["o1"]]
    let weights: [[Double]] = [[0.9, -0.6], [0.7, -0.3, -0.5, 0.4], [1.1, 0.6]]
    let biases: [[Double]] = [[0.1, -0.2], [0.05, 0.3], [-0.4]]
    let layers = weights.indices.map { index in
      Linear(
        weight: Tensor(
          weights[index], [names[index + 1].count, names[index].count], .float64),
        bias: Tensor(biases[index], [names[index + 1].count], .float64))
    }
    let network = TestChain(layers: layers, activation: .sigmoid)
    let input = Tensor([0.8], [1, 1], .float64)
    let pass = network.pass(input)
    var number = 0
    for index in layers.indices {
      let (w, dw) = (pass.parameters[2 * index], pass.gradients[2 * index])
      let (b, db) = (pass.parameters[2 * index + 1], pass.gradients[2 * index + 1])
      let ids = (0..<w.count).map { number + $0 + 1 }
      number += w.count
      expect(page, ids.map { "w.\($0)" }, equal: w.values)
      expect(page, ids.map { "dw.\($0)" }, equal: dw.values)
      expect(page, ids.map { "w.after.\($0)" }, equal: (w - dw * 0.5).values)
      expect(page, names[index + 1].map { "b.\($0)" }, equal: b.values)
      expect(page, names[index + 1].map { "db.\($0)" }, equal: db.values)
      expect(page, names[index + 1].map { "b.after.\($0)" }, equal: (b - db * 0.5).values)
      expect(page, names[index + 1].map { "x.\($0)" }, equal: pass.inputs[index].values)
      expect(page, names[index + 1].map { "dx.\($0)" }, equal: pass.inputGradients[index].values)
    }
    for (index, unit) in names.enumerated() {
      expect(page, unit.map { "y.\($0)" }, equal: pass.outputs[index].values)
      expect(page, unit.map { "dy.\($0)" }, equal: pass.outputGradients[index].values)
    }
    #expect(page.values["E"] == pass.error)
  }

  @Test(arguments: ["relu", "tanh", "identity"])
  func otherActivations(_ name: String) throws {
    let page = try explanation(of: "explain-1-2-2-1", "layers.1.activation=\(name)")
    try checkFormulas(page)
  }

  @Test func crossEntropy() throws {
    let page = try explanation(of: "explain-1-2-2-1", "loss=crossEntropy")
    try checkFormulas(page)
    // With logistic outputs the slopes cancel: ∂E/∂x = y − t.
    let values = page.values
    #expect(try abs(#require(values["dx.o1"]) - (#require(values["y.o1"]) - 0.2)) < 1e-15)
  }

  @Test func mistakesAreNamed() {
    func message(_ overrides: String...) -> String {
      do {
        _ = try Explanation(
          directory: "\(repository)/experiments/explain-two-layer", overrides: overrides)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message("targets=[1]").contains("targets: expected as many targets"))
    #expect(message("layers.0.units.0.weights=[1]").contains("weights"))
    #expect(message("layers.0.name=h1").contains("layers.0.name: expected letters alone"))
    #expect(message("layers.0.name=o").contains("'o' is taken"))
    for name in ["i", "w", "E"] {
      #expect(message("layers.1.name=\(name)").contains("'\(name)' is taken"))
    }
    #expect(message("kind=explainNetwrok").contains("did you mean 'explainNetwork'"))
    #expect(
      message("loss=crossEntropy", "layers.1.activation=tanh").contains("needs a logistic"))
  }
}

/// A chain of linear layers with one activation, and all that a pass through it finds.
private struct TestChain {
  let layers: [Linear]
  let activation: UnaryFunction

  struct Pass {
    var parameters: [Tensor] = []
    var gradients: [Tensor] = []
    var inputs: [Tensor] = []
    var inputGradients: [Tensor] = []
    var outputs: [Tensor] = []
    var outputGradients: [Tensor] = []
    var error = 0.0
  }

  func pass(_ input: Tensor) -> Pass {
    var result = Pass()
    var y = input.tracked
    result.outputs = [y]
    for layer in layers {
      let (weight, bias) = (layer.weight.tracked, layer.bias!.tracked)
      let x = y.matmul(weight, transposed: false, true) + bias
      y = x.applying(activation)
      result.parameters += [weight, bias]
      result.inputs.append(x)
      result.outputs.append(y)
    }
    let loss = ((y - 0.2).squared() * 0.5).sum()
    result.error = loss.scalar
    let all = result.parameters + result.inputs + result.outputs
    var found = loss.gradients(of: all)[...]
    result.gradients = Array(found.prefix(result.parameters.count))
    found = found.dropFirst(result.parameters.count)
    result.inputGradients = Array(found.prefix(result.inputs.count))
    result.outputGradients = Array(found.dropFirst(result.inputs.count))
    return result
  }
}
