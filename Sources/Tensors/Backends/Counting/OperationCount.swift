import Synchronization

/// What a computation in float64 took, counted kernel by kernel as it ran.
///
///     let (gradient, count) = OperationCount.measured { loss.gradient(of: w) }
///     print(count.multiplications)
///
/// Products and quotients are those of the kernels' definitions, with the shapes that came: a
/// matrix product `[m, k] x [k, n]` takes m k n, `a * b` one an element, a convolution one for
/// each pair of a pixel and a weight that meet. A change of sign is none.
public struct OperationCount: Sendable, Equatable {
  /// Products and quotients.
  public var multiplications = 0
  /// Values of functions: exponentials, logarithms, roots, powers and what is made of them.
  public var functions = 0
  /// Kernels that ran.
  public var kernels = 0

  /// Nothing yet.
  public init() {}

  /// Runs `body` and counts what it computes in float64, on this task alone.
  ///
  /// An inner measurement is counted by the outer one too.
  public static func measured<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, count: OperationCount) {
    let counter = OperationCounter(outer: OperationCounter.current)
    let result = try OperationCounter.$current.withValue(counter) { try body() }
    return (result, counter.count)
  }
}

/// Adds up what one measurement counts.
final class OperationCounter: Sendable {
  @TaskLocal static var current: OperationCounter?

  private let total = Mutex(OperationCount())
  private let outer: OperationCounter?

  init(outer: OperationCounter?) { self.outer = outer }

  var count: OperationCount { total.withLock { $0 } }

  func add(multiplications: Int = 0, functions: Int = 0) {
    total.withLock {
      $0.multiplications += multiplications
      $0.functions += functions
      $0.kernels += 1
    }
    outer?.add(multiplications: multiplications, functions: functions)
  }
}
