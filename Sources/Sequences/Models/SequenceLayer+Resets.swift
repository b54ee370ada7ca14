import TandemLayers
import TandemTensors

extension SequenceLayer {
  /// The outputs of all steps, where sequences may begin anew on the way.
  ///
  /// The sequence is cut before each step at which one of the batch begins anew; a layer whose
  /// dropout masks are locked over a sequence, or whose recurrent weights are dropped, draws new
  /// ones there.
  ///
  /// - Parameter resets: 1 where the state before a step is zero, else 0: `[B]` for the first step,
  ///   or `[T, B]` for each.
  func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, resets: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    guard let resets else { return self(x, state: state, lengths: lengths, &pass) }
    let (steps, size) = (x.shape[0], x.shape[1])
    require(
      resets.shape == [size] || resets.shape == [steps, size],
      "resets \(resets.shape) for \(steps) steps of a batch of \(size)")
    let isKept = 1 - resets.converted(to: .float32)
    if resets.rank == 1 {
      return self(x, state: state?.masked(by: isKept), lengths: lengths, &pass)
    }
    let kept = isKept.floats
    let cuts = (0..<steps).filter { kept[($0 * size)..<(($0 + 1) * size)].contains { $0 != 1 } }
    var outputs: [Tensor] = []
    var state = state
    let starts = cuts.first == 0 ? cuts : [0] + cuts
    for (start, end) in zip(starts, starts.dropFirst() + [steps]) {
      let row = isKept.slice(axis: 0, start..<(start + 1)).reshaped(to: [size])
      let result = self(
        x.slice(axis: 0, start..<end), state: state?.masked(by: row),
        lengths: lengths.map { Self.lengths($0, from: start, to: end) }, &pass)
      outputs.append(result.output)
      state = result.state
    }
    guard let state else { fatalError("a sequence of no steps") }
    return (outputs.count == 1 ? outputs[0] : .concatenate(outputs), state)
  }

  /// The lengths that are left of sequences within the steps `start ..< end`.
  private static func lengths(_ lengths: Tensor, from start: Int, to end: Int) -> Tensor {
    Tensor(indices: lengths.values.map { min(max(Int($0) - start, 0), end - start) })
  }
}
