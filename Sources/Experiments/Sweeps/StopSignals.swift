import Foundation
import Synchronization

/// Counts the signals that ask the program to stop, so that it can hand them to its children.
enum StopSignals {
  private static let received = Atomic<Int32>(0)
  private static let arrivals = Atomic<Int>(0)

  /// The first signal that came, if one did.
  static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// How many came.
  static var count: Int { arrivals.load(ordering: .relaxed) }

  /// Starts to note SIGINT, SIGTERM and SIGHUP.
  ///
  /// The signals are handled, not ignored: a child would inherit that.
  static func watch() {
    // Whoever reads what the sweep tells may go away: the sweep goes on.
    Foundation.signal(SIGPIPE, SIG_IGN)
    // The counters exist before a handler can be the first to touch them.
    received.store(0, ordering: .relaxed)
    arrivals.store(0, ordering: .relaxed)
    var noted = sigset_t()
    sigemptyset(&noted)
    for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !isIgnored(number) {
      sigaddset(&noted, number)
      Foundation.signal(number) { number in
        _ = StopSignals.received.compareExchange(
          expected: 0, desired: number, ordering: .relaxed)
        StopSignals.arrivals.add(1, ordering: .relaxed)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &noted, nil)
  }

  /// Whether whoever started the program has it ignore a signal, as `nohup` does.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// What a signal is called.
  static func name(_ number: Int32) -> String {
    [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][number] ?? "signal \(number)"
  }
}
