import Foundation

/// A process, told apart from a later one that was given the same number.
public struct ProcessIdentity: Codable, Equatable, Sendable {
  /// The machine's name in the network.
  public var host: String
  /// The kernel's identity since its start; nil where it tells none.
  public var boot: String?
  /// The system's number for the process.
  public var pid: Int
  /// When the process started, in the kernel's clock ticks since its own start.
  public var startTicks: UInt64?

  /// The calling process.
  public static var current: ProcessIdentity {
    let pid = Int(getpid())
    return ProcessIdentity(
      host: Machine.hostName, boot: bootIdentity, pid: pid, startTicks: entry(of: pid)?.startTicks)
  }

  /// Whether the process has surely ended. Of another machine nothing can be said: false.
  public var isGone: Bool {
    guard host == Machine.hostName else { return false }
    if let boot, let now = Self.bootIdentity, boot != now { return true }
    guard let entry = Self.entry(of: pid) else {
      return kill(pid_t(truncatingIfNeeded: pid), 0) != 0 && errno == ESRCH
    }
    return entry.isDead || (startTicks != nil && startTicks != entry.startTicks)
  }

  private static let bootIdentity: String? =
    (try? readText("/proc/sys/kernel/random/boot_id"))?.trimmingCharacters(in: .newlines)

  /// What `/proc/<pid>/stat` says; nil when there is no such process.
  private static func entry(of pid: Int) -> (isDead: Bool, startTicks: UInt64?)? {
    guard let text = try? readText("/proc/\(pid)/stat"),
      // The second field is the program's name in parentheses and may hold spaces itself.
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19 else { return nil }
    // A zombie has ended and only waits for its parent to notice.
    return (["Z", "X"].contains(fields[0]), UInt64(fields[19]))
  }
}
