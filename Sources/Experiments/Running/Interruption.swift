import Foundation
import Synchronization

/// Notes SIGINT and SIGTERM, so that a training can end after its step; a second one ends at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// The signal that came, if one did.
  static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Starts to note the signals.
  static func watch() {
    // Whoever reads our progress may go away: the training goes on.
    Foundation.signal(SIGPIPE, SIG_IGN)
    // The counter exists before a handler can be the first to touch it.
    received.store(0, ordering: .relaxed)
    // Programs that were started by one that blocks them, as many a thread does, inherit that.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&blocked, number)
      Foundation.signal(number) { number in
        // A handler may do little: keep the number, and let the next one have its usual effect.
        Interruption.received.store(number, ordering: .relaxed)
        Foundation.signal(number, SIG_DFL)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
  }
}

/// What ended a run after its step: a signal, or a pause that was planned.
struct Interrupted: Error, CustomStringConvertible {
  /// Nil for a planned pause.
  let signal: Int32?
  let step: Int

  var description: String {
    let cause = signal.map { "interrupted by \($0 == SIGINT ? "SIGINT" : "SIGTERM")" } ?? "paused"
    return "\(cause) after step \(step), which is saved"
  }
}
