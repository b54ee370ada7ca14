import Foundation
import ReferenceCases
import TandemTensors
import Testing

/// The operations of tensors against PyTorch's, forward and backward, on both backends.
@Suite struct ReferenceTests {
  typealias Operation = @Sendable (ReferenceCase, ReferenceCase.Arguments) -> Tensor

  static let groups: [ReferenceGroup: [String: Operation]] = [
    .unary: unary, .binary: binary, .reductions: reductions, .matrices: matrices,
    .movement: movement, .convolution: convolution, .transposedConvolution: transposedConvolution,
    .pooling: pooling, .upsampling: upsampling,
  ]

  @Test(arguments: groups.keys.sorted { $0.rawValue < $1.rawValue })
  func everyCaseOf(_ group: ReferenceGroup) throws {
    let operations = ReferenceTests.groups[group]!
    let cases = try group.cases()
    #expect(Set(cases.map(\.operation)) == Set(operations.keys))
    for reference in cases {
      guard let operation = operations[reference.operation] else { continue }
      let differences = reference.differences { operation(reference, $0) }
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }

  @Test func everyFileIsAGroup() throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: ReferenceGroup.folder, includingPropertiesForKeys: nil)
    let names = files.filter { $0.pathExtension == "json" }.map {
      $0.deletingPathExtension().lastPathComponent
    }
    #expect(Set(names) == Set(ReferenceGroup.allCases.map(\.rawValue)))
  }

  /// The comparison finds a result that is off by a little, and one of another shape.
  @Test func differencesAreFound() throws {
    let reference = try #require(try ReferenceGroup.unary.cases().first { $0.operation == "exp" })
    #expect(reference.differences { $0["x"].exp() }.isEmpty)
    #expect(reference.differences { $0["x"].exp() * (1 + 1e-4) }.count == 4)
    #expect(reference.differences { $0["x"].exp() + 1e-7 }.count == 1)
    #expect(reference.differences { $0["x"].exp().sum() }.count == 2)
  }

  /// A further result of PyTorch's that the code under test does not give is a difference too.
  @Test func aMissingResultIsFound() throws {
    let reference = try #require(
      try ReferenceGroup.normalisation.cases().first { $0.operation == "batchNormTrain" })
    let differences = reference.differences { arguments in
      let x = arguments["x"]
      return x.batchNorm(
        scale: arguments["weight"], shift: arguments["bias"], epsilon: reference.double("epsilon")
      ).output
    }
    #expect(
      differences.map { $0.split(separator: ", ").last.map(String.init) } == [
        "running_mean_after: there is no such result", "running_var_after: there is no such result",
        "running_mean_after: there is no such result", "running_var_after: there is no such result",
      ])
  }

  static let unary: [String: Operation] = [
    "abs": { $1["x"].absoluteValue() }, "cos": { $1["x"].cos() }, "erf": { $1["x"].erf() },
    "exp": { $1["x"].exp() }, "gelu": { $1["x"].gelu() },
    "leakyRelu": { $1["x"].leakyReLU(slope: $0.double("slope")) }, "log": { $1["x"].log() },
    "negate": { -$1["x"] }, "reciprocal": { 1 / $1["x"] }, "relu": { $1["x"].relu() },
    "rsqrt": { $1["x"].reciprocalSquareRoot() }, "sigmoid": { $1["x"].sigmoid() },
    "silu": { $1["x"].silu() }, "sin": { $1["x"].sin() }, "softplus": { $1["x"].softplus() },
    "sqrt": { $1["x"].squareRoot() }, "square": { $1["x"].squared() }, "tanh": { $1["x"].tanh() },
  ]

  static let binary: [String: Operation] = [
    "add": { $1["a"] + $1["b"] }, "subtract": { $1["a"] - $1["b"] },
    "multiply": { $1["a"] * $1["b"] }, "divide": { $1["a"] / $1["b"] },
    "maximum": { $1["a"].maximum($1["b"]) }, "minimum": { $1["a"].minimum($1["b"]) },
    "power": { $1["a"].power($1["b"]) },
  ]

  static let reductions: [String: Operation] = [
    "sum": { $1["x"].sum(over: $0.ints("axes"), keepsAxes: $0.bool("keepAxes")) },
    "mean": { $1["x"].mean(over: $0.ints("axes"), keepsAxes: $0.bool("keepAxes")) },
    "max": { $1["x"].maximum(over: $0.ints("axes"), keepsAxes: $0.bool("keepAxes")) },
    "logSumExp": { $1["x"].logSumExp(over: $0.ints("axes"), keepsAxes: $0.bool("keepAxes")) },
    "variance": { $1["x"].variance(over: $0.ints("axes"), keepsAxes: $0.bool("keepAxes")) },
    "softmax": { $1["x"].softmax($0.int("axis")) },
    "logSoftmax": { $1["x"].logSoftmax($0.int("axis")) },
  ]

  static let matrices: [String: Operation] = [
    "matmul": {
      $1["a"].matmul($1["b"], transposed: $0.bool("transposeA"), $0.bool("transposeB"))
    },
    "linear": { $1["x"].linear($1["weight"], bias: $1.optional("bias")) },
  ]

  static let movement: [String: Operation] = [
    "embedding": { $1["weight"].gather($1["indices"], axis: 0) },
    "gather": { $1["x"].gather($1["indices"], axis: $0.int("axis")) },
    "scatterAdd": {
      let x = $1["x"]
      let axis = $0.int("axis")
      return x + $1["source"].scatterAdd($1["indices"], axis: axis, count: x.shape[axis])
    },
    "pad": {
      let amounts = zip($0.ints("before"), $0.ints("after")).map { (low: $0, high: $1) }
      return $1["x"].padded(amounts, with: $0.double("value"))
    },
    "concatenate": { Tensor.concatenate([$1["a"], $1["b"]], axis: $0.int("axis")) },
    "stack": { Tensor.stack([$1["a"], $1["b"]], axis: $0.int("axis")) },
    "slice": { reference, arguments in
      zip(reference.ints("start"), reference.ints("end")).enumerated()
        .reduce(arguments["x"]) { $0.slice(axis: $1.offset, $1.element.0..<$1.element.1) }
    },
    "transpose": { $1["x"].transposed($0.ints("permutation")) },
    "maxout": {
      $1["x"].reshaped(to: [$1["x"].shape[0], -1, $0.int("pieces")])
        .maximum(over: 2, keepsAxes: false)
    },
  ]

  static let convolution: [String: Operation] = [
    "conv2d": {
      $1["x"].convolution(
        $1["weight"], bias: $1.optional("bias"), stride: $0.size("stride"),
        padding: $0.size("padding"), dilation: $0.size("dilation"), groups: $0.int("groups"))
    }
  ]

  static let transposedConvolution: [String: Operation] = [
    "convTranspose2d": {
      $1["x"].convolutionTransposed(
        $1["weight"], bias: $1.optional("bias"), stride: $0.size("stride"),
        padding: $0.size("padding"), outputPadding: $0.size("outputPadding"),
        dilation: $0.size("dilation"), groups: $0.int("groups"))
    }
  ]

  static let pooling: [String: Operation] = [
    "maxPool2d": {
      $1["x"].maxPooled(
        window: $0.size("kernel"), stride: $0.size("stride"), padding: $0.size("padding"))
    },
    "averagePool2d": {
      $1["x"].averagePooled(
        window: $0.size("kernel"), stride: $0.size("stride"), padding: $0.size("padding"),
        countsPadding: $0.bool("countPadding"))
    },
  ]

  static let upsampling: [String: Operation] = [
    "upsampleNearest": { enlarged($1["x"], $0.int("scale"), .nearest) },
    "upsampleBilinear": { enlarged($1["x"], $0.int("scale"), .bilinear) },
  ]

  private static func enlarged(_ x: Tensor, _ scale: Int, _ interpolation: Interpolation)
    -> Tensor
  {
    x.resampled(height: x.shape[1] * scale, width: x.shape[2] * scale, interpolation)
  }
}
