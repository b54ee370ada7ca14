import TandemTensors

/// Makes the page of a plain recurrent network, unrolled.
struct RNNExplanation {
  /// The numbers of one step.
  struct Step {
    let x, dx, target, o, dO, error: Quantity
    /// One of each a unit.
    let a, h, da, dh: [Quantity]
    /// How the error of the last step alone reaches this step's state.
    let reach: [Quantity]
  }

  let configuration: RNNConfiguration
  let steps: [Step]
  let initial: [Quantity]
  let u, b, v: [Parameter]
  /// Into unit i from unit j: `w[i][j]`.
  let w: [[Parameter]]
  let c: Parameter
  let error, errorAfter, rate: Quantity

  /// How many units there are.
  var size: Int { configuration.initial.count }

  init(_ configuration: RNNConfiguration) {
    self.configuration = configuration
    let size = configuration.initial.count
    let count = configuration.inputs.count
    let rate = configuration.learningRate
    var trace = Trace()
    _ = trace.leaf("U", configuration.inputWeights, [size, 1])
    _ = trace.leaf("W", Array(configuration.recurrentWeights.joined()), [size, size])
    _ = trace.leaf("b", configuration.biases, [size])
    _ = trace.leaf("V", configuration.outputWeights, [1, size])
    _ = trace.leaf("c", [configuration.outputBias], [1])
    for (index, x) in configuration.inputs.enumerated() {
      _ = trace.leaf("x\(index + 1)", [x], [1, 1])
    }
    let errors = RNNExplanation.forward(
      configuration, &trace, trace["U"], trace["W"], trace["b"], trace["V"], trace["c"])
    let total = errors.dropFirst().reduce(errors[0], +)
    let states = (1...count).map { trace["h\($0)"] }
    let reach = errors[count - 1].gradients(of: states, keepGraph: true)
    trace.differentiate(total)

    var unused = Trace()
    for (index, x) in configuration.inputs.enumerated() {
      _ = unused.keep("x\(index + 1)", Tensor([x], [1, 1], .float64))
    }
    func updated(_ name: String) -> Tensor { trace.updated(name, learningRate: rate) }
    let after = RNNExplanation.forward(
      configuration, &unused, updated("U"), updated("W"), updated("b"), updated("V"), updated("c"))

    /// The place of a unit in a symbol: its step and, where there are several, its number.
    func place(_ step: Int, _ unit: Int) -> String {
      size == 1 ? "\(step)" : "\(step),\(unit + 1)"
    }
    func place(_ unit: Int) -> String { size == 1 ? "" : "_{\(unit + 1)}" }
    steps = (1...count).map { step in
      func all(_ body: (Int) -> Quantity) -> [Quantity] { (0..<size).map(body) }
      return Step(
        x: trace.value("x\(step)", "x.\(step)", "x_{\(step)}"),
        dx: trace.slope("x\(step)", "dx.\(step)", "∂E/∂x_{\(step)}"),
        target: Quantity("t.\(step)", "t_{\(step)}", configuration.targets[step - 1]),
        o: trace.value("o\(step)", "o.\(step)", "o_{\(step)}"),
        dO: trace.slope("o\(step)", "do.\(step)", "∂E/∂o_{\(step)}"),
        error: Quantity("E.\(step)", "E_{\(step)}", errors[step - 1].scalar),
        a: all { trace.value("a\(step)", "a.\(step).\($0)", "a_{\(place(step, $0))}", at: $0) },
        h: all { trace.value("h\(step)", "h.\(step).\($0)", "h_{\(place(step, $0))}", at: $0) },
        da: all {
          trace.slope("a\(step)", "da.\(step).\($0)", "∂E/∂a_{\(place(step, $0))}", at: $0)
        },
        dh: all {
          trace.slope("h\(step)", "dh.\(step).\($0)", "∂E/∂h_{\(place(step, $0))}", at: $0)
        },
        reach: all {
          Quantity(
            "reach.\(step).\($0)", "∂E_{\(count)}/∂h_{\(place(step, $0))}",
            reach[step - 1].values[$0])
        })
    }
    initial = (0..<size).map {
      Quantity("h.0.\($0)", "h_{\(place(0, $0))}", configuration.initial[$0])
    }
    func parameter(_ name: String, _ index: Int, _ id: String, _ symbol: String) -> Parameter {
      Parameter(trace, name, index, id, symbol, rate: rate)
    }
    u = (0..<size).map { parameter("U", $0, "U.\($0)", "U\(place($0))") }
    b = (0..<size).map { parameter("b", $0, "b.\($0)", "b\(place($0))") }
    v = (0..<size).map { parameter("V", $0, "V.\($0)", "V\(place($0))") }
    w = (0..<size).map { i in
      (0..<size).map { j in
        parameter(
          "W", i * size + j, "W.\(i).\(j)", size == 1 ? "W" : "W_{\(i + 1)\(j + 1)}")
      }
    }
    c = parameter("c", 0, "c", "c")
    error = Quantity("E", "E", total.scalar)
    errorAfter = Quantity("E.after", "E′", after.reduce(0) { $0 + $1.scalar })
    self.rate = Quantity("rate", "η", rate)
  }

  /// The error of each step; the tensors on the way are kept.
  private static func forward(
    _ configuration: RNNConfiguration, _ trace: inout Trace, _ u: Tensor, _ w: Tensor, _ b: Tensor,
    _ v: Tensor, _ c: Tensor
  ) -> [Tensor] {
    var h = Tensor(configuration.initial, [1, configuration.initial.count], .float64)
    return configuration.targets.enumerated().map { index, target in
      let step = index + 1
      let a = trace.keep("a\(step)", trace["x\(step)"].linear(u, bias: b) + h.linear(w))
      h = trace.keep("h\(step)", a.tanh())
      let o = trace.keep("o\(step)", h.linear(v, bias: c))
      return ((o - target).squared() * 0.5).sum()
    }
  }
}
