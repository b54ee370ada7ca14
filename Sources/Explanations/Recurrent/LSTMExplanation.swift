import TandemTensors

/// Makes the page of an LSTM of one cell, unrolled.
struct LSTMExplanation {
  /// A gate's letters: input gate, forget gate, candidate, output gate.
  static let letters = ["i", "f", "g", "o"]
  static let names = ["input gate", "forget gate", "candidate", "output gate"]

  /// A gate at one step.
  struct Gate {
    let a, y, da, dy: Quantity
  }

  /// The numbers of one step.
  struct Step {
    let x, dx, target: Quantity
    let gates: [Gate]
    let c, dc, q, dq, h, dh, y, dy, error: Quantity
    /// How the error of the last step alone reaches this step's memory and output.
    let memoryReach, outputReach: Quantity
  }

  /// The shared parameters of a gate.
  struct GateParameters {
    let u, w, b: Parameter
    var all: [Parameter] { [u, w, b] }
  }

  let configuration: LSTMConfiguration
  let steps: [Step]
  let initialOutput, initialMemory: Quantity
  let parameters: [GateParameters]
  let v, d: Parameter
  let error, errorAfter, rate: Quantity

  init(_ configuration: LSTMConfiguration) {
    self.configuration = configuration
    let count = configuration.inputs.count
    let rate = configuration.learningRate
    var trace = Trace()
    var names: [String] = []
    for (letter, gate) in zip(LSTMExplanation.letters, configuration.gates) {
      for (name, value) in [("u", gate.u), ("w", gate.w), ("b", gate.b)] {
        _ = trace.leaf("\(name)_\(letter)", [value], [])
        names.append("\(name)_\(letter)")
      }
    }
    _ = trace.leaf("V", [configuration.outputWeight], [])
    _ = trace.leaf("d", [configuration.outputBias], [])
    names += ["V", "d"]
    for (index, x) in configuration.inputs.enumerated() {
      _ = trace.leaf("x\(index + 1)", [x], [])
    }
    let old = Dictionary(uniqueKeysWithValues: names.map { ($0, trace[$0]) })
    let errors = LSTMExplanation.forward(configuration, &trace, old)
    let total = errors.dropFirst().reduce(errors[0], +)
    let reached = (1...count).flatMap { [trace["c\($0)"], trace["h\($0)"]] }
    let reach = errors[count - 1].gradients(of: reached, keepGraph: true)
    trace.differentiate(total)

    var unused = Trace()
    for (index, x) in configuration.inputs.enumerated() {
      _ = unused.keep("x\(index + 1)", Tensor([x], [], .float64))
    }
    let new = Dictionary(
      uniqueKeysWithValues: names.map { ($0, trace.updated($0, learningRate: rate)) })
    let after = LSTMExplanation.forward(configuration, &unused, new)

    steps = (1...count).map { step in
      func value(_ name: String) -> Quantity {
        trace.value("\(name)\(step)", "\(name).\(step)", "\(name)_{\(step)}")
      }
      func slope(_ name: String) -> Quantity {
        trace.slope("\(name)\(step)", "d\(name).\(step)", "∂E/∂\(name)_{\(step)}")
      }
      return Step(
        x: value("x"), dx: slope("x"),
        target: Quantity("t.\(step)", "t_{\(step)}", configuration.targets[step - 1]),
        gates: LSTMExplanation.letters.map { letter in
          Gate(
            a: trace.value("a\(letter)\(step)", "a.\(letter).\(step)", "a_{\(letter)\(step)}"),
            y: value(letter),
            da: trace.slope(
              "a\(letter)\(step)", "da.\(letter).\(step)", "∂E/∂a_{\(letter)\(step)}"),
            dy: slope(letter))
        },
        c: value("c"), dc: slope("c"), q: value("q"), dq: slope("q"), h: value("h"),
        dh: slope("h"), y: value("y"), dy: slope("y"),
        error: Quantity("E.\(step)", "E_{\(step)}", errors[step - 1].scalar),
        memoryReach: Quantity(
          "reach.c.\(step)", "∂E_{\(count)}/∂c_{\(step)}", reach[2 * step - 2].scalar),
        outputReach: Quantity(
          "reach.h.\(step)", "∂E_{\(count)}/∂h_{\(step)}", reach[2 * step - 1].scalar))
    }
    initialOutput = Quantity("h.0", "h_{0}", configuration.initialOutput)
    initialMemory = Quantity("c.0", "c_{0}", configuration.initialMemory)
    func parameter(_ name: String, _ symbol: String) -> Parameter {
      Parameter(trace, name, 0, name, symbol, rate: rate)
    }
    parameters = LSTMExplanation.letters.map { letter in
      GateParameters(
        u: parameter("u_\(letter)", "u_{\(letter)}"), w: parameter("w_\(letter)", "w_{\(letter)}"),
        b: parameter("b_\(letter)", "b_{\(letter)}"))
    }
    v = parameter("V", "V")
    d = parameter("d", "d")
    error = Quantity("E", "E", total.scalar)
    errorAfter = Quantity("E.after", "E′", after.reduce(0) { $0 + $1.scalar })
    self.rate = Quantity("rate", "η", rate)
  }

  /// The error of each step; the tensors on the way are kept.
  private static func forward(
    _ configuration: LSTMConfiguration, _ trace: inout Trace, _ parameters: [String: Tensor]
  ) -> [Tensor] {
    var h = Tensor(configuration.initialOutput, .float64)
    var c = Tensor(configuration.initialMemory, .float64)
    return configuration.targets.enumerated().map { index, target in
      let step = index + 1
      let x = trace["x\(step)"]
      let gates = letters.map { letter in
        let a = trace.keep(
          "a\(letter)\(step)",
          parameters["u_\(letter)"]! * x + parameters["b_\(letter)"]!
            + parameters["w_\(letter)"]! * h)
        return trace.keep("\(letter)\(step)", letter == "g" ? a.tanh() : a.sigmoid())
      }
      c = trace.keep("c\(step)", gates[1] * c + gates[0] * gates[2])
      let q = trace.keep("q\(step)", c.tanh())
      h = trace.keep("h\(step)", gates[3] * q)
      let y = trace.keep("y\(step)", parameters["V"]! * h + parameters["d"]!)
      return (y - target).squared() * 0.5
    }
  }
}
