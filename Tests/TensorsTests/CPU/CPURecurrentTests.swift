import Foundation
import TandemTensors
import Testing

/// Recurrent sequences on the CPU against the plain steps, in float64 on the reference backend.
@Suite struct CPURecurrentTests {
  /// Steps, batch and size: parts of vectors, several panels of the packed weights, rows that
  /// fill no block, inner lengths beyond one block, and few enough rows for the unpacked product.
  static let extents = [(3, 7, 5), (2, 13, 33), (5, 3, 70), (1, 1, 17), (3, 1, 40), (1, 5, 270)]

  /// Everything that a sequence reads, at the given extents.
  private func arguments(_ cell: RecurrentCell, _ steps: Int, _ batch: Int, _ size: Int) -> [Tensor]
  {
    let wide = cell.gateCount * size
    let spread = 1 / Double(size).squareRoot()
    return [
      sample([steps, batch, wide], "projection"), sample([wide, size], "weight") * spread,
      sample([wide], "bias"), sample([batch, size], "hidden") * 0.5,
      sample([batch, size], "memory") * 0.5, sample([wide], "product's scale") * 0.3 + 1,
      sample([size], "memory's scale") * 0.3 + 1, sample([size], "memory's shift"),
    ]
  }

  /// Outputs, last state and the gradients of their weighted sum.
  private func results(
    _ cell: RecurrentCell, _ arguments: [Tensor], lengths: [Int]?, isReversed: Bool,
    isNormalized: Bool = false
  ) -> [Tensor] {
    let leaves = arguments.map(\.tracked)
    let (output, hidden, memory) = leaves[0].recurrent(
      cell, weight: leaves[1], bias: cell.hasRecurrentBias ? leaves[2] : nil, hidden: leaves[3],
      memory: cell.hasMemory ? leaves[4] : nil, lengths: lengths.map { Tensor(indices: $0) },
      isReversed: isReversed,
      norms: isNormalized
        ? RecurrentNorms(
          productScale: leaves[5], memoryScale: leaves[6], memoryShift: leaves[7],
          epsilon: .init(product: 1e-3, memory: 1e-2)) : nil)
    func weighted(_ x: Tensor, _ name: String) -> Tensor {
      (x * sample(x.shape, name).converted(to: x.dtype)).sum()
    }
    var loss = weighted(output, "output's weights") + weighted(hidden, "last output's weights")
    if let memory { loss = loss + weighted(memory, "last memory's weights") }
    return [output.detached, hidden.detached] + (memory.map { [$0.detached] } ?? [])
      + loss.gradients(of: leaves)
  }

  @Test(arguments: RecurrentCell.allCases.map { ($0, false) } + [(.lstm, true)])
  func sequencesEqualTheirPlainSteps(_ cell: RecurrentCell, isNormalized: Bool) {
    for (steps, batch, size) in CPURecurrentTests.extents {
      let arguments = arguments(cell, steps, batch, size)
      for isReversed in [false, true] {
        for lengths in [nil, (0..<batch).map { $0 % (steps + 1) }] {
          let exact = results(
            cell, arguments.map(\.exact), lengths: lengths, isReversed: isReversed,
            isNormalized: isNormalized)
          let fast = results(
            cell, arguments, lengths: lengths, isReversed: isReversed, isNormalized: isNormalized)
          for (index, pair) in zip(fast, exact).enumerated() {
            expectClose(
              pair.0, pair.1, tolerance: 1e-5,
              "\(cell) \((steps, batch, size)) \(isReversed) \(lengths ?? []), result \(index)")
          }
        }
      }
    }
  }

  /// Every thread takes its own rows, so how many there are changes no bit.
  @Test func threadsDoNotMatter() throws {
    let arguments = arguments(.lstm, 4, 9, 40)
    let (alone, together) = try withThreads(3) {
      results(.lstm, arguments, lengths: nil, isReversed: false).map(\.floats)
    }
    #expect(alone == together)
  }

  /// In bfloat16 the arithmetic is float32's: only arguments and results are rounded.
  @Test func bfloat16() {
    let arguments = arguments(.gru, 3, 4, 20).map { $0.converted(to: .bfloat16) }
    let exact = results(.gru, arguments.map(\.exact), lengths: nil, isReversed: false)
    let fast = results(.gru, arguments, lengths: nil, isReversed: false)
    for (a, b) in zip(fast, exact) { expectClose(a, b, tolerance: 2e-2) }
  }
}
