import TandemTensors

/// Makes the page of a plain recurrent network, unrolled.
struct RNNExplanation: UnrolledExplanation {
  /// The states of one step, one of each a unit.
  struct Step {
    let a, h, da, dh: [Quantity]
    /// How the error of the last step alone reaches this step's state.
    let reach: [Quantity]
  }

  let configuration: RNNConfiguration
  let pass: UnrolledPass
  let ends: [UnrolledEnds]
  let steps: [Step]
  let initial: [Quantity]
  let u, b, v: [Parameter]
  /// Into unit i from unit j: `w[i][j]`.
  let w: [[Parameter]]
  let c: Parameter

  /// How many units there are.
  var size: Int { configuration.initial.count }

  init(_ configuration: RNNConfiguration) {
    self.configuration = configuration
    let size = configuration.initial.count
    let pass = UnrolledPass(
      parameters: [
        ("U", configuration.inputWeights, [size, 1]),
        ("W", Array(configuration.recurrentWeights.joined()), [size, size]),
        ("b", configuration.biases, [size]), ("V", configuration.outputWeights, [1, size]),
        ("c", [configuration.outputBias], [1]),
      ], inputs: configuration.inputs, inputShape: [1, 1], rate: configuration.learningRate,
      reaching: { ["h\($0)"] }, forward: { Self.forward(configuration, &$0, $1) })
    self.pass = pass
    ends = configuration.targets.enumerated().map {
      UnrolledEnds(pass, step: $0 + 1, output: "o", target: $1)
    }

    /// The place of a unit in a symbol: its step and, where there are several, its number.
    func place(_ step: Int, _ unit: Int) -> String {
      size == 1 ? "\(step)" : "\(step),\(unit + 1)"
    }
    func place(_ unit: Int) -> String { size == 1 ? "" : "_{\(unit + 1)}" }
    steps = (1...configuration.inputs.count).map { step in
      func all(_ body: (Int, String) -> Quantity) -> [Quantity] {
        (0..<size).map { body($0, place(step, $0)) }
      }
      let trace = pass.trace
      return Step(
        a: all { trace.value("a\(step)", "a.\(step).\($0)", "a_{\($1)}", at: $0) },
        h: all { trace.value("h\(step)", "h.\(step).\($0)", "h_{\($1)}", at: $0) },
        da: all { trace.slope("a\(step)", "da.\(step).\($0)", "∂E/∂a_{\($1)}", at: $0) },
        dh: all { trace.slope("h\(step)", "dh.\(step).\($0)", "∂E/∂h_{\($1)}", at: $0) },
        reach: all { pass.reach("h\(step)", "\(step).\($0)", "h_{\($1)}", at: $0) })
    }
    initial = (0..<size).map {
      Quantity("h.0.\($0)", "h_{\(place(0, $0))}", configuration.initial[$0])
    }
    func vector(_ name: String) -> [Parameter] {
      (0..<size).map { pass.parameter(name, "\(name).\($0)", "\(name)\(place($0))", at: $0) }
    }
    (u, b, v) = (vector("U"), vector("b"), vector("V"))
    w = (0..<size).map { i in
      (0..<size).map { j in
        pass.parameter(
          "W", "W.\(i).\(j)", size == 1 ? "W" : "W_{\(i + 1)\(j + 1)}", at: i * size + j)
      }
    }
    c = pass.parameter("c", "c", "c")
  }

  /// The error of each step; the tensors on the way are kept.
  private static func forward(
    _ configuration: RNNConfiguration, _ trace: inout Trace, _ parameters: [String: Tensor]
  ) -> [Tensor] {
    var h = Tensor(configuration.initial, [1, configuration.initial.count], .float64)
    return configuration.targets.enumerated().map { index, target in
      let step = index + 1
      let input = trace["x\(step)"].linear(parameters["U"]!, bias: parameters["b"]!)
      let a = trace.keep("a\(step)", input + h.linear(parameters["W"]!))
      h = trace.keep("h\(step)", a.tanh())
      let o = trace.keep("o\(step)", h.linear(parameters["V"]!, bias: parameters["c"]!))
      return ((o - target).squared() * 0.5).sum()
    }
  }
}
