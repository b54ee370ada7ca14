import TandemTensors

/// A batch of sequences with what is to be predicted, time-major.
public struct SequenceBatch: Sendable {
  /// Tokens, int32 `[T, B]`, or numbers `[T, B, features]`.
  public var inputs: Tensor
  /// Tokens or classes of each step, int32 `[T', B]`; one class each, int32 `[B]`; or values
  /// `[B, values]`.
  public var targets: Tensor
  /// Steps of each input sequence, int32 `[B]`; all T if absent.
  public var lengths: Tensor?
  /// Steps of each target sequence, int32 `[B]`; the input's if absent.
  public var targetLengths: Tensor?
  /// How much each target counts, `[T', B]`; 1 within the lengths if absent.
  public var weights: Tensor?
  /// 1 where a sequence begins anew and the state before it is zero, else 0: `[B]` for the first
  /// step, or `[T, B]` for each.
  public var resets: Tensor?

  /// A batch of the given tensors.
  public init(
    inputs: Tensor, targets: Tensor, lengths: Tensor? = nil, targetLengths: Tensor? = nil,
    weights: Tensor? = nil, resets: Tensor? = nil
  ) {
    self.inputs = inputs
    self.targets = targets
    self.lengths = lengths
    self.targetLengths = targetLengths
    self.weights = weights
    self.resets = resets
  }

  /// Sequences side by side.
  public var size: Int { inputs.shape[1] }
  /// Steps of the longest sequence.
  public var steps: Int { inputs.shape[0] }

  /// Input steps within the lengths: what throughput is counted in.
  public var tokenCount: Int {
    lengths.map { Int($0.values.reduce(0, +)) } ?? steps * size
  }

  /// How much each target of `[T', B]` counts; nil where all count 1.
  var targetWeights: Tensor? {
    if let weights { return weights }
    return (targetLengths ?? lengths).map(mask)
  }

  /// 1 for each of the targets `[T', B]` within the lengths, else 0.
  func mask(_ lengths: Tensor) -> Tensor {
    let (steps, size) = (targets.shape[0], targets.shape[1])
    return lengths.withUnsafeBytes { bytes in
      let lengths = bytes.bindMemory(to: Int32.self)
      return Tensor(float32: [steps, size]) { target in
        for step in 0..<steps {
          for column in 0..<size {
            target[step * size + column] = step < lengths[column] ? 1 : 0
          }
        }
      }
    }
  }
}
