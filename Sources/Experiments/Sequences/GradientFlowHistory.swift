import TandemRuns
import TandemSequences

/// How far back in time the loss has reached, at steps of a training.
struct GradientFlowHistory: Codable, Sendable {
  /// One look at it.
  struct Column: Codable, Sendable {
    let step: Int
    /// The norm of `dL/dh_t` in the first layer for each step t of the window.
    let norms: [Double]
  }

  private(set) var columns: [Column] = []

  mutating func add(step: Int, norms: [Double]) {
    columns.append(Column(step: step, norms: norms))
  }
}

extension SequenceTraining {
  /// Follows the last loss of a window back through time and paints what was found so far.
  ///
  /// - Returns: The share of the last steps' gradient that reaches the first ones.
  mutating func sampleFlow(
    seed: UInt64, in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    []
  }
}
