import TandemTensors

/// Makes the page of an LSTM of one cell, unrolled.
struct LSTMExplanation: UnrolledExplanation {
  /// A gate's letters: input gate, forget gate, candidate, output gate.
  static let letters = ["i", "f", "g", "o"]
  static let names = ["input gate", "forget gate", "candidate", "output gate"]

  /// A gate at one step.
  struct Gate {
    let a, y, da, dy: Quantity
  }

  /// The numbers of one step.
  struct Step {
    let gates: [Gate]
    let c, dc, q, dq, h, dh: Quantity
    /// How the error of the last step alone reaches this step's memory and output.
    let memoryReach, outputReach: Quantity
  }

  /// The shared parameters of a gate.
  struct GateParameters {
    let u, w, b: Parameter
    var all: [Parameter] { [u, w, b] }
  }

  let configuration: LSTMConfiguration
  let pass: UnrolledPass
  let ends: [UnrolledEnds]
  let steps: [Step]
  let initialOutput, initialMemory: Quantity
  let gates: [GateParameters]
  let v, d: Parameter

  init(_ configuration: LSTMConfiguration) {
    self.configuration = configuration
    var scalars = [("V", configuration.outputWeight), ("d", configuration.outputBias)]
    for (letter, gate) in zip(Self.letters, configuration.gates) {
      scalars += [("u_\(letter)", gate.u), ("w_\(letter)", gate.w), ("b_\(letter)", gate.b)]
    }
    let pass = UnrolledPass(
      parameters: scalars.map { (name: $0.0, values: [$0.1], shape: []) },
      inputs: configuration.inputs, inputShape: [], rate: configuration.learningRate,
      reaching: { ["c\($0)", "h\($0)"] }, forward: { Self.forward(configuration, &$0, $1) })
    self.pass = pass
    ends = configuration.targets.enumerated().map {
      UnrolledEnds(pass, step: $0 + 1, output: "y", target: $1)
    }
    let trace = pass.trace
    steps = (1...configuration.inputs.count).map { step in
      func value(_ name: String) -> Quantity {
        trace.value("\(name)\(step)", "\(name).\(step)", "\(name)_{\(step)}")
      }
      func slope(_ name: String) -> Quantity {
        trace.slope("\(name)\(step)", "d\(name).\(step)", "∂E/∂\(name)_{\(step)}")
      }
      func reach(_ name: String) -> Quantity {
        pass.reach("\(name)\(step)", "\(name).\(step)", "\(name)_{\(step)}")
      }
      return Step(
        gates: Self.letters.map { letter in
          Gate(
            a: trace.value("a\(letter)\(step)", "a.\(letter).\(step)", "a_{\(letter)\(step)}"),
            y: value(letter),
            da: trace.slope(
              "a\(letter)\(step)", "da.\(letter).\(step)", "∂E/∂a_{\(letter)\(step)}"),
            dy: slope(letter))
        },
        c: value("c"), dc: slope("c"), q: value("q"), dq: slope("q"), h: value("h"),
        dh: slope("h"), memoryReach: reach("c"), outputReach: reach("h"))
    }
    initialOutput = Quantity("h.0", "h_{0}", configuration.initialOutput)
    initialMemory = Quantity("c.0", "c_{0}", configuration.initialMemory)
    gates = Self.letters.map { letter in
      func parameter(_ name: String) -> Parameter {
        pass.parameter("\(name)_\(letter)", "\(name)_\(letter)", "\(name)_{\(letter)}")
      }
      return GateParameters(u: parameter("u"), w: parameter("w"), b: parameter("b"))
    }
    v = pass.parameter("V", "V", "V")
    d = pass.parameter("d", "d", "d")
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
