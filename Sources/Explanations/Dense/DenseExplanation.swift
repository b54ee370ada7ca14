import TandemTensors

/// Makes the page of a dense network: what the tensors hold, in the order in which it is found.
struct DenseExplanation {
  /// A unit's numbers.
  struct Unit {
    let name: String
    let x: Quantity?
    let y: Quantity
    let dx: Quantity?
    let dy: Quantity
    let bias: Quantity?
    let biasGradient: Quantity?
    let biasAfter: Quantity?
  }

  /// A weight's numbers.
  struct Weight {
    let name: String
    let from: Int
    let to: Int
    let value: Quantity
    let gradient: Quantity
    let after: Quantity
  }

  let configuration: DenseConfiguration
  /// The units, the inputs first.
  var units: [[Unit]] = []
  /// The weights into each layer.
  var weights: [[Weight]] = []
  let targets: [Quantity]
  let errors: [Quantity]
  let error: Quantity
  let errorAfter: Quantity
  let rate: Quantity

  init(_ configuration: DenseConfiguration) {
    self.configuration = configuration
    var trace = Trace()
    let output = DenseExplanation.forward(configuration, &trace)
    let terms = DenseExplanation.terms(output, configuration)
    let total = terms.sum()
    trace.differentiate(total)

    let last = configuration.layers.last!
    targets = configuration.targets.enumerated().map {
      Quantity("t.\($0 + 1)", "t_{\(last.name)\($0 + 1)}", $1)
    }
    errors = terms.values.enumerated().map {
      Quantity("E.\($0 + 1)", "E_{\(last.name)\($0 + 1)}", $1)
    }
    error = Quantity("E", "E", total.scalar)
    rate = Quantity("rate", "η", configuration.learningRate)
    let after = DenseExplanation.afterStep(configuration, trace)
    errorAfter = Quantity("E.after", "E′", after.error)
    read(trace, after.parameters)
  }

  /// The network's output, every tensor on the way kept.
  private static func forward(_ configuration: DenseConfiguration, _ trace: inout Trace) -> Tensor {
    var y = trace.leaf("y0", configuration.inputs, [1, configuration.inputs.count])
    for (index, layer) in configuration.layers.enumerated() {
      let weight = trace.leaf(
        "w\(index)", layer.units.flatMap(\.weights), [layer.units.count, y.shape[1]])
      let bias = trace.leaf("b\(index)", layer.units.map(\.bias), [layer.units.count])
      let x = trace.keep("x\(index + 1)", y.linear(weight, bias: bias))
      y = trace.keep("y\(index + 1)", layer.activation(x))
    }
    return y
  }

  /// The error of each output.
  private static func terms(_ y: Tensor, _ configuration: DenseConfiguration) -> Tensor {
    let t = Tensor(configuration.targets, y.shape, .float64)
    switch configuration.loss {
    case .halfSquaredError: return (y - t).squared() * 0.5
    case .crossEntropy: return -(t * y.log()) - (1 - t) * (1 - y).log()
    }
  }

  /// The parameters after a step, and the error that they give.
  private static func afterStep(
    _ configuration: DenseConfiguration, _ trace: Trace
  ) -> (parameters: [String: Tensor], error: Double) {
    var parameters: [String: Tensor] = [:]
    var y = trace["y0"].detached
    for (index, layer) in configuration.layers.enumerated() {
      let weight = trace.updated("w\(index)", learningRate: configuration.learningRate)
      let bias =
        layer.freezesBiases
        ? trace["b\(index)"].detached
        : trace.updated("b\(index)", learningRate: configuration.learningRate)
      parameters["w\(index)"] = weight
      parameters["b\(index)"] = bias
      y = layer.activation(y.linear(weight, bias: bias))
    }
    return (parameters, terms(y, configuration).sum().scalar)
  }

  /// Names the elements of the tensors.
  private mutating func read(_ trace: Trace, _ after: [String: Tensor]) {
    func name(_ layer: Int, _ unit: Int) -> String {
      layer == 0 ? "i\(unit + 1)" : "\(configuration.layers[layer - 1].name)\(unit + 1)"
    }
    var number = 0
    for layer in 0...configuration.layers.count {
      let (y, dy) = (trace["y\(layer)"].values, trace.gradient("y\(layer)").values)
      units.append(
        y.indices.map { unit in
          let name = name(layer, unit)
          func quantity(_ key: String, _ symbol: String, _ tensor: Tensor?) -> Quantity? {
            tensor.map { Quantity("\(key).\(name)", symbol, $0.values[unit]) }
          }
          let isInput = layer == 0
          return Unit(
            name: name,
            x: quantity("x", "x_{\(name)}", isInput ? nil : trace["x\(layer)"]),
            y: Quantity("y.\(name)", "y_{\(name)}", y[unit]),
            dx: quantity("dx", "∂E/∂x_{\(name)}", isInput ? nil : trace.gradient("x\(layer)")),
            dy: Quantity("dy.\(name)", "∂E/∂y_{\(name)}", dy[unit]),
            bias: quantity("b", "b_{\(name)}", isInput ? nil : trace["b\(layer - 1)"]),
            biasGradient: quantity(
              "db", "∂E/∂b_{\(name)}", isInput ? nil : trace.gradient("b\(layer - 1)")),
            biasAfter: quantity("b.after", "b_{\(name)}′", isInput ? nil : after["b\(layer - 1)"]))
        })
      guard layer > 0 else { continue }
      let values = trace["w\(layer - 1)"]
      let gradients = trace.gradient("w\(layer - 1)").values
      let new = after["w\(layer - 1)"]!.values
      let width = values.shape[1]
      weights.append(
        values.values.enumerated().map { index, value in
          number += 1
          return Weight(
            name: "w\(number)", from: index % width, to: index / width,
            value: Quantity("w.\(number)", "w_{\(number)}", value),
            gradient: Quantity("dw.\(number)", "∂E/∂w_{\(number)}", gradients[index]),
            after: Quantity("w.after.\(number)", "w_{\(number)}′", new[index]))
        })
    }
  }
}
