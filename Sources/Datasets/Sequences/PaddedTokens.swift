/// Token sequences of different lengths side by side, each followed by a boundary token to predict.
///
/// A sequence of n tokens takes n + 1 steps: read are the boundary and its tokens, predicted its
/// tokens and the boundary, which is both the start and the end, as in makemore.
public struct PaddedTokens: Hashable, Sendable {
  /// T: the steps of the longest sequence.
  public let steps: Int
  /// B: the number of sequences.
  public let batchSize: Int
  /// The tokens read, [T, B]: step t of sequence b is at t B + b; the boundary where padded.
  public let inputs: [Int32]
  /// The tokens to predict, [T, B]; the boundary where padded.
  public let targets: [Int32]
  /// The steps of each sequence, its boundary counted, [B].
  public let lengths: [Int32]
  /// 1 on the steps that belong to a sequence, 0 on padding, [T, B].
  public let mask: [Float]

  init(_ sequences: [[Int32]], boundary: Int32) {
    batchSize = sequences.count
    steps = (sequences.map(\.count).max() ?? 0) + 1
    var inputs = [Int32](repeating: boundary, count: steps * sequences.count)
    var targets = inputs
    var mask = [Float](repeating: 0, count: steps * sequences.count)
    for (place, sequence) in sequences.enumerated() {
      for (step, token) in sequence.enumerated() {
        inputs[(step + 1) * sequences.count + place] = token
        targets[step * sequences.count + place] = token
      }
      for step in 0...sequence.count { mask[step * sequences.count + place] = 1 }
    }
    lengths = sequences.map { Int32($0.count + 1) }
    (self.inputs, self.targets, self.mask) = (inputs, targets, mask)
  }
}
