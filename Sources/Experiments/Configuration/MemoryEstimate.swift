import Foundation

/// The memory that an experiment takes at least, from the numbers of its configuration alone.
///
/// It is there to refuse what cannot be: an allocation that fails, or a process that the system
/// kills, leaves nobody a word about why. Only what certainly stands in memory at one moment is
/// counted, so that nothing feasible is refused.
public struct MemoryEstimate: Sendable {
  /// A part of the memory.
  public struct Part: Sendable {
    /// The key of the configuration that decides it: `training.batchSize`.
    public var key: String
    /// What it is: `a batch`.
    public var name: String
    /// Its size. Floating-point, since products of hostile widths overflow integers.
    public var bytes: Double

    /// A part of the given size.
    public init(key: String, name: String, bytes: Double) {
      self.key = key
      self.name = name
      self.bytes = bytes
    }
  }

  /// What stands in memory all the time: weights and what training keeps beside them.
  public var lasting: [Part]
  /// What comes and goes, one at a time: a batch, a sample.
  public var passing: [Part]

  /// An estimate of the given parts.
  public init(lasting: [Part], passing: [Part]) {
    self.lasting = lasting
    self.passing = passing
  }

  /// Bytes at the moment that needs most.
  public var total: Double {
    lasting.reduce(0) { $0 + $1.bytes } + (passing.map(\.bytes).max() ?? 0)
  }

  /// Throws unless the whole fits into so many bytes, naming the key of the largest part.
  public func check(limit: Double = MemoryEstimate.available) throws(ExperimentError) {
    let parts = lasting + passing
    guard total > limit, let largest = parts.max(by: { $0.bytes < $1.bytes }) else { return }
    let list = parts.map { "\($0.name) \(MemoryEstimate.text($0.bytes))" }
    throw ExperimentError(
      key: largest.key,
      reason: """
        the experiment takes at least \(MemoryEstimate.text(total)) of memory \
        (\(list.joined(separator: ", "))), and there are \(MemoryEstimate.text(limit))
        """)
  }

  /// Bytes that this process may use: the machine's memory, or its container's share of it.
  public static var available: Double {
    let machine = Double(ProcessInfo.processInfo.physicalMemory)
    let share = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
      .flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(machine, share ?? machine)
  }

  private static func text(_ bytes: Double) -> String {
    bytes < 0x1p30
      ? String(format: "%.0f MiB", bytes / 0x1p20) : String(format: "%.1f GiB", bytes / 0x1p30)
  }
}
