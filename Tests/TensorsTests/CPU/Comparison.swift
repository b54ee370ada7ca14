import Foundation
import TandemTensors
import Testing

/// Normally distributed float32 numbers, another set for each name.
func sample(_ shape: Shape, _ name: String = "x") -> Tensor {
  var stream = RandomStream(seed: 7, name: name)
  return stream.normal(shape)
}

extension Tensor {
  /// The same numbers for the reference backend.
  var exact: Tensor { converted(to: .float64) }
}

/// Expects `fast` to agree with `reference` within `tolerance` of the reference's largest element.
func expectClose(
  _ fast: Tensor, _ reference: Tensor, tolerance: Double = 2e-6, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(fast.shape == reference.shape, "\(comment)", sourceLocation: sourceLocation)
  let (a, b) = (fast.values, reference.values)
  guard a.count == b.count else { return }
  let scale = b.reduce(1e-30) { max($0, abs($1)) }
  var worst = 0
  var error = 0.0
  for index in a.indices {
    let difference = abs(a[index] - b[index])
    // A NaN on one side only is as wrong as can be.
    if difference > error || difference.isNaN, !(a[index].isNaN && b[index].isNaN) {
      error = difference.isNaN ? .infinity : difference
      worst = index
    }
  }
  #expect(
    error <= tolerance * scale,
    "\(comment): \(a.isEmpty ? 0 : a[worst]) for \(b.isEmpty ? 0 : b[worst]) at \(worst)",
    sourceLocation: sourceLocation)
}

/// Runs `body` with one thread and with `count`, whatever the machine has, and returns both results.
func withThreads<R>(_ count: Int32, _ body: () -> R) throws -> (alone: R, together: R) {
  typealias Setter = @convention(c) (Int32) -> Void
  typealias Getter = @convention(c) () -> Int32
  let process = dlopen(nil, RTLD_NOW)
  let set = unsafeBitCast(try #require(dlsym(process, "omp_set_num_threads")), to: Setter.self)
  let get = unsafeBitCast(try #require(dlsym(process, "omp_get_max_threads")), to: Getter.self)
  let before = get()
  defer { set(before) }
  set(1)
  let alone = body()
  set(count)
  return (alone, body())
}
