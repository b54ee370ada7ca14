import Dispatch
import Synchronization

/// Calls `body` with 0 ..< `count` on all cores; throws, of the errors, the one of the lowest index,
/// as a loop would, and begins no work beyond an index that has failed.
func parallel(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
  let earliest = Mutex<(index: Int, error: any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: count) { index in
    guard index < earliest.withLock({ $0?.index ?? .max }) else { return }
    do {
      try body(index)
    } catch {
      earliest.withLock { earliest in
        if index < earliest?.index ?? .max { earliest = (index, error) }
      }
    }
  }
  if let failure = earliest.withLock({ $0?.error }) { throw failure }
}
