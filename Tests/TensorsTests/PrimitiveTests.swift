import Foundation
import TandemTensors
import Testing

/// What holds for every primitive, driven by the examples that each brings along.
@Suite struct PrimitiveTests {
  static let examples = PrimitiveCatalogue.all.flatMap { primitive in
    primitive.examples.map { (name: "\(primitive.name) \($0.name)", example: $0) }
  }

  @Test func gradientsOfFirstOrder() {
    for (name, example) in PrimitiveTests.examples {
      for result in GradientCheck().firstOrder(example.inputs, example.body) {
        #expect(result.worstError < 1e-6, "\(name): \(result)")
      }
    }
  }

  @Test func gradientsOfSecondOrder() {
    for (name, example) in PrimitiveTests.examples {
      for result in GradientCheck().secondOrder(example.inputs, example.body) {
        #expect(result.worstError < 1e-5, "\(name): \(result)")
      }
    }
  }

  /// The CPU backend in float32 against the reference in float64, results and gradients.
  ///
  /// Sums of n float32 terms are off by some sqrt(n) roundings of 6e-8 of their size, and the
  /// examples are small: 1e-5 of the largest element leaves no room for a wrong formula.
  @Test func backendsAgree() {
    for (name, example) in PrimitiveTests.examples {
      let exact = results(example, inputs: example.inputs)
      let single = example.inputs.map {
        $0.dtype.isFloatingPoint ? $0.converted(to: .float32) : $0
      }
      let computed = results(example, inputs: single)
      #expect(computed.count == exact.count, "\(name)")
      for (reference, fast) in zip(exact, computed) {
        #expect(fast.shape == reference.shape, "\(name)")
        let scale = max(reference.values.map(abs).max() ?? 0, 1e-3)
        for (a, b) in zip(reference.values, fast.values) {
          #expect(abs(a - b) <= 1e-5 * scale, "\(name): \(a) by the reference, \(b) by the CPU")
        }
      }
    }
  }

  /// Gradients of gradients in float32, where fused kernels give way to their definitions, against
  /// float64. They add up more terms of more sizes than the first order, hence 1e-4.
  @Test func backendsAgreeInSecondOrder() {
    for (name, example) in PrimitiveTests.examples {
      let single = example.inputs.map {
        $0.dtype.isFloatingPoint ? $0.converted(to: .float32) : $0
      }
      let exact = secondOrder(example, inputs: example.inputs)
      let computed = secondOrder(example, inputs: single)
      #expect(computed.count == exact.count, "\(name)")
      for (reference, fast) in zip(exact, computed) {
        let scale = max(reference.values.map(abs).max() ?? 0, 1e-1)
        for (a, b) in zip(reference.values, fast.values) {
          #expect(abs(a - b) <= 1e-4 * scale, "\(name): \(a) by the reference, \(b) by the CPU")
        }
      }
    }
  }

  /// The gradients of `sum(v * gradient)` for fixed weights v.
  private func secondOrder(_ example: Example, inputs: [Tensor]) -> [Tensor] {
    let leaves = inputs.map { $0.dtype.isFloatingPoint ? $0.tracked : $0 }
    let targets = leaves.filter(\.isTracked)
    let output = example.body(leaves)
    guard output.isTracked else { return [] }
    func weighted(_ x: Tensor) -> Tensor {
      (x * Tensor((0..<x.count).map { cos(Double($0)) }, x.shape, x.dtype)).sum()
    }
    let sum = weighted(output).gradients(of: targets, createGraph: true).map(weighted)
      .reduce(Tensor(0, output.dtype), +)
    return sum.isTracked ? sum.gradients(of: targets) : []
  }

  private func results(_ example: Example, inputs: [Tensor]) -> [Tensor] {
    let leaves = inputs.map { $0.dtype.isFloatingPoint ? $0.tracked : $0 }
    let output = example.body(leaves)
    let weights = (0..<output.count).map { cos(Double($0)) }
    guard output.isTracked else { return [output] }
    let gradients = output.gradients(
      of: leaves.filter(\.isTracked), upstream: Tensor(weights, output.shape, output.dtype))
    return [output.detached] + gradients
  }

  @Test func catalogueNamesEveryPrimitiveInTheSources() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    let declaration =
      /(?:struct|class|enum|extension)\s+(\w+)[^{\n]*:\s*[^{\n]*\b(?:Fused|Accumulating)?Primitive\b/
    var declared: Set<String> = []
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)!
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.split(separator: "\n") where !line.contains("protocol") {
        if let match = line.firstMatch(of: declaration) { declared.insert(String(match.1)) }
      }
    }
    #expect(declared == Set(PrimitiveCatalogue.all.map { $0.name }))
  }

  @Test func everyPrimitiveHasExamples() {
    for primitive in PrimitiveCatalogue.all {
      #expect(!primitive.examples.isEmpty, "\(primitive.name)")
    }
  }

  /// A gradient check alone passes a wrong formula whose gradient is right; a wrong gradient it
  /// must not pass.
  @Test func checkFindsAWrongGradient() {
    let x = Tensor([0.3, -0.7], [2], .float64)
    let wrong = GradientCheck().firstOrder([x]) { inputs in
      // The value of x^2, but through the detached x: half of the gradient is lost.
      inputs[0] * inputs[0].detached
    }
    #expect(wrong[0].worstError > 0.4)
  }
}
