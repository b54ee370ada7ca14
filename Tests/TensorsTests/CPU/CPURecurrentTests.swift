import Foundation
import TandemTensors
import Testing

/// Recurrent sequences on the CPU against the plain steps, in float64 on the reference backend.
@Suite struct CPURecurrentTests {
  /// Steps, batch and size: parts of vectors, several panels of the packed weights, rows that
  /// fill no block, inner lengths beyond one block, and few enough rows for the unpacked product.
  static let extents = [(3, 7, 5), (2, 13, 33), (5, 3, 70), (1, 1, 17), (3, 1, 40), (1, 5, 270)]

  /// A cell, and what is done beside it.
  struct Kind: CustomTestStringConvertible {
    let cell: RecurrentCell
    var isNormalized = false
    /// Length of the projected output for a size.
    var outputs: (@Sendable (Int) -> Int)?

    static let all =
      RecurrentCell.allCases.map { Kind(cell: $0) } + [
        Kind(cell: .lstm, isNormalized: true), Kind(cell: .lstm, outputs: { $0 / 2 + 1 }),
        Kind(cell: .lstm, outputs: { $0 + 3 }),
      ]

    var testDescription: String {
      "\(isNormalized ? "normalised " : "")\(cell)\(outputs.map { " 10→\($0(10))" } ?? "")"
    }

    /// Everything that a sequence reads, at the given extents.
    func arguments(_ steps: Int, _ batch: Int, _ size: Int) -> [Tensor] {
      let wide = cell.gateCount * size
      let outputs = outputs?(size) ?? size
      let spread = 1 / Double(size).squareRoot()
      return [
        sample([steps, batch, wide], "projection"), sample([wide, outputs], "weight") * spread,
        sample([wide], "bias"), sample([batch, outputs], "hidden") * 0.5,
        sample([batch, size], "memory") * 0.5, sample([wide], "product's scale") * 0.3 + 1,
        sample([size], "memory's scale") * 0.3 + 1, sample([size], "memory's shift"),
        sample([outputs, size], "output weight") * spread,
      ]
    }

    /// Outputs, last state and the gradients of their weighted sum.
    func results(_ arguments: [Tensor], lengths: [Int]?, isReversed: Bool) -> [Tensor] {
      let leaves = arguments.map(\.tracked)
      let (output, hidden, memory) = leaves[0].recurrent(
        cell, weight: leaves[1], bias: cell.hasRecurrentBias ? leaves[2] : nil, hidden: leaves[3],
        memory: cell.hasMemory ? leaves[4] : nil, lengths: lengths.map { Tensor(indices: $0) },
        isReversed: isReversed,
        norms: isNormalized
          ? RecurrentNorms(
            productScale: leaves[5], memoryScale: leaves[6], memoryShift: leaves[7],
            epsilon: .init(product: 1e-3, memory: 1e-2)) : nil,
        outputWeight: outputs == nil ? nil : leaves[8])
      func weighted(_ x: Tensor, _ name: String) -> Tensor {
        (x * sample(x.shape, name).converted(to: x.dtype)).sum()
      }
      var loss = weighted(output, "output's weights") + weighted(hidden, "last output's weights")
      if let memory { loss = loss + weighted(memory, "last memory's weights") }
      return [output.detached, hidden.detached] + (memory.map { [$0.detached] } ?? [])
        + loss.gradients(of: leaves)
    }
  }

  @Test(arguments: Kind.all)
  func sequencesEqualTheirPlainSteps(_ kind: Kind) {
    for (steps, batch, size) in CPURecurrentTests.extents {
      let arguments = kind.arguments(steps, batch, size)
      for isReversed in [false, true] {
        for lengths in [nil, (0..<batch).map { $0 % (steps + 1) }] {
          let exact = kind.results(arguments.map(\.exact), lengths: lengths, isReversed: isReversed)
          let fast = kind.results(arguments, lengths: lengths, isReversed: isReversed)
          for (index, pair) in zip(fast, exact).enumerated() {
            expectClose(
              pair.0, pair.1, tolerance: 1e-5,
              """
              \(kind.testDescription) \((steps, batch, size)) \(isReversed) \(lengths ?? []), \
              result \(index)
              """)
          }
        }
      }
    }
  }

  /// Every thread takes its own rows, so how many there are changes no bit.
  @Test func threadsDoNotMatter() throws {
    let kind = Kind(cell: .lstm, outputs: { $0 / 2 })
    let arguments = kind.arguments(4, 9, 40)
    let (alone, together) = try withThreads(3) {
      kind.results(arguments, lengths: nil, isReversed: false).map(\.floats)
    }
    #expect(alone == together)
  }

  /// In bfloat16 the arithmetic is float32's: only arguments and results are rounded.
  @Test func bfloat16() {
    let kind = Kind(cell: .gru)
    let arguments = kind.arguments(3, 4, 20).map { $0.converted(to: .bfloat16) }
    let exact = kind.results(arguments.map(\.exact), lengths: nil, isReversed: false)
    let fast = kind.results(arguments, lengths: nil, isReversed: false)
    for (a, b) in zip(fast, exact) { expectClose(a, b, tolerance: 2e-2) }
  }
}
