import TandemTensors

extension ReferenceCase {
  /// The arguments of a case in one element type, by name.
  public struct Arguments {
    let tensors: [String: Tensor]
    public let dtype: DType

    public subscript(name: String) -> Tensor {
      guard let tensor = tensors[name] else { fatalError("the case has no tensor '\(name)'") }
      return tensor
    }

    /// The tensor of a name, where the case has it.
    public func optional(_ name: String) -> Tensor? { tensors[name] }
  }

  /// Runs the case in float64 on the reference backend and in float32 on the CPU backend, and
  /// compares the output, further results and every gradient with PyTorch's. Further results, such
  /// as new running statistics, are the tensors whose names end in `_after`: each must be there.
  ///
  /// Both tolerances are relative to the largest magnitude of the tensor compared, but of a
  /// gradient no less than a tenth of the upstream gradient's: near a saturated sigmoid,
  /// say, the derivative `y (1 - y)` is found from terms near one. Float64: 1e-10. Float32: 1e-6
  /// times the square root of the elements of the case's largest tensor, which no sum in it has
  /// more terms than: each term is off by a rounding of 6e-8, and these add up like a random walk.
  ///
  /// - Parameters:
  ///   - amplification: By how much the operation enlarges roundings, where terms cancel.
  ///   - body: The operation, which returns further results by name after the output.
  /// - Returns: What differs; nothing if all is as it should be.
  public func differences(
    amplification: Double = 1, _ body: (Arguments) -> (output: Tensor, further: [String: Tensor])
  ) -> [String] {
    let largest = tensors.values.map(\.count).max() ?? 1
    return [DType.float64, .float32].flatMap { dtype in
      let unit = dtype == .float64 ? 1e-10 : 1e-6 * Double(largest).squareRoot()
      let results = results(dtype, body)
      let missing = Set(tensors.keys.filter { $0.hasSuffix("_after") })
        .subtracting(results.map(\.0)).sorted()
      return results.compactMap { name, found in
        difference(name, found, unit * amplification).map {
          "\(self) in \(dtype), \(name): \($0)"
        }
      } + missing.map { "\(self) in \(dtype), \($0): there is no such result" }
    }
  }

  /// `differences` of an operation that has its output alone.
  public func differences(amplification: Double = 1, _ body: (Arguments) -> Tensor) -> [String] {
    differences(amplification: amplification) { (body($0), [:]) }
  }

  private func results(
    _ dtype: DType, _ body: (Arguments) -> (output: Tensor, further: [String: Tensor])
  ) -> [(String, Tensor)] {
    let differentiated = tensors.keys.filter { $0.hasPrefix("grad_") }.sorted()
    var arguments = tensors.mapValues { $0.dtype.isFloatingPoint ? $0.converted(to: dtype) : $0 }
    for gradient in differentiated {
      let name = String(gradient.dropFirst("grad_".count))
      arguments[name] = arguments[name]!.tracked
    }
    let (output, further) = body(Arguments(tensors: arguments, dtype: dtype))
    guard output.shape == tensors["upstream"]!.shape else { return [("output", output)] }
    let gradients = output.gradients(
      of: differentiated.map { arguments[String($0.dropFirst("grad_".count))]! },
      upstream: arguments["upstream"])
    return [("output", output.detached)] + further.sorted { $0.key < $1.key }
      + zip(differentiated, gradients)
  }

  private func difference(_ name: String, _ found: Tensor, _ tolerance: Double) -> String? {
    guard let expected = tensors[name] else { return "PyTorch has no such result" }
    guard found.shape == expected.shape else {
      return "shape \(found.shape), not \(expected.shape)"
    }
    let (a, b) = (found.values, expected.values)
    var scale = expected.largestMagnitude
    if name.hasPrefix("grad_"), let upstream = tensors["upstream"] {
      scale = max(scale, upstream.largestMagnitude / 10)
    }
    // Written so that a NaN is a difference.
    guard let worst = a.indices.first(where: { !(abs(a[$0] - b[$0]) <= tolerance * scale) }) else {
      return nil
    }
    return "element \(worst) is \(a[worst]), not \(b[worst])"
  }
}

extension Tensor {
  fileprivate var largestMagnitude: Double { values.reduce(0) { max($0, abs($1)) } }
}
