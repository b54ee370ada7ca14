/// The purpose that examples of a generated task are drawn for: each has its own random numbers.
public enum TaskPart: String, Codable, CaseIterable, Sendable {
  /// What is learnt from.
  case train
  /// What tells when to stop.
  case validation
  /// What is looked at once, at the end.
  case test

  var stream: Philox.Stream {
    switch self {
    case .train: .tasks
    case .validation: .validationTasks
    case .test: .testTasks
    }
  }
}

/// The numbers of the examples that make a batch: `size` of them after those of the steps before.
func exampleIndices(step: Int, size: Int) throws -> Range<Int> {
  guard (1...1 << 20).contains(size) else {
    throw DatasetError.invalid(parameter: "batch size", reason: "\(size) is not in 1 ... 2^20")
  }
  guard (0...1 << 40).contains(step) else {
    throw DatasetError.invalid(parameter: "step", reason: "\(step) is not in 0 ... 2^40")
  }
  return step * size..<(step + 1) * size
}
