import Foundation
import Synchronization

/// The signals that ask the program to stop, noted so that it can end in good order.
public enum StopSignals {
  /// What becomes of the signals behind the first.
  public enum Later: Sendable {
    /// They have their usual effect: a second one ends the program at once.
    case end
    /// They are counted, by a program that hands them to its children.
    case count
  }

  private static let first = Atomic<Int32>(0)
  private static let arrivals = Atomic<Int>(0)
  private static let isCounting = Atomic<Bool>(false)

  /// The first signal that came, if one did.
  public static var signal: Int32? {
    let number = first.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// How many came.
  static var count: Int { arrivals.load(ordering: .relaxed) }

  /// Starts to note SIGINT and SIGTERM, and SIGHUP too where signals are counted.
  ///
  /// The signals are handled, not ignored: a child would inherit that.
  public static func watch(_ later: Later = .end) {
    // Whoever reads what the program tells may go away: the work goes on.
    Foundation.signal(SIGPIPE, SIG_IGN)
    // The counters exist before a handler can be the first to touch them.
    first.store(0, ordering: .relaxed)
    arrivals.store(0, ordering: .relaxed)
    isCounting.store(later == .count, ordering: .relaxed)
    let hangsUp = later == .count && !isIgnored(SIGHUP)
    // Programs that were started by one that blocks them, as many a thread does, inherit that.
    var noted = sigset_t()
    sigemptyset(&noted)
    for number in [SIGINT, SIGTERM] + (hangsUp ? [SIGHUP] : []) {
      sigaddset(&noted, number)
      Foundation.signal(number) { number in
        // A handler may do little: note the signal, and let the next one of either have its effect.
        _ = StopSignals.first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        StopSignals.arrivals.add(1, ordering: .relaxed)
        if !StopSignals.isCounting.load(ordering: .relaxed) {
          Foundation.signal(SIGINT, SIG_DFL)
          Foundation.signal(SIGTERM, SIG_DFL)
        }
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
