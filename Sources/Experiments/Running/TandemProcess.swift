import Foundation
import TandemRuns

/// This program at work in a process of its own, as a member of a sweep is.
final class TandemProcess {
  /// How it ended.
  struct Ending: Sendable {
    /// The exit status; 128 and the signal's number where a signal ended it.
    let status: Int32
    /// The last line that it printed: the run's directory, unless it failed.
    let lastLine: String?
    /// What it wrote to stderr.
    let errors: String

    /// Whether a request to stop ended it, with its step saved or at once.
    var isInterruption: Bool { [SIGINT, SIGTERM].contains { status == 128 + $0 } }

    /// What went wrong, in one line.
    var message: String {
      let reasons = lines.filter { $0.hasPrefix("error: ") }.map { $0.dropFirst("error: ".count) }
      if !reasons.isEmpty { return reasons.joined(separator: "; ") }
      let cause = status > 128 ? "ended by signal \(status - 128)" : "exit status \(status)"
      let last = lines.last { $0.contains("Fatal error") } ?? lines.last
      return last.map { "\(cause): \($0)" } ?? cause
    }

    /// What it wrote to stderr beside errors, where it ended by itself.
    var remarks: [String] {
      status > 128 ? [] : lines.filter { !$0.hasPrefix("error: ") }.map(String.init)
    }

    private var lines: [Substring] { errors.split(whereSeparator: \.isNewline) }
  }

  /// The program that is running, by a path that holds anywhere.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .path(percentEncoded: false)

  private let process = Process()
  private let output: FileHandle
  private let errors: FileHandle
  let started = ContinuousClock.now

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - threads: For its kernels, unless the environment says.
  ///   - onEnd: Called on another thread when it has ended.
  init(
    _ arguments: [String], threads: Int? = nil, onEnd: @escaping @Sendable () -> Void = {}
  ) throws {
    process.executableURL = URL(filePath: Self.program)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    if let threads, environment["OMP_NUM_THREADS"] == nil {
      environment["OMP_NUM_THREADS"] = "\(threads)"
    }
    process.environment = environment
    // Files, not pipes: they never fill up, and a process that survives this one can go on writing.
    output = try Self.temporaryFile()
    errors = try Self.temporaryFile()
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    process.terminationHandler = { _ in onEnd() }
    try process.run()
  }

  private static func temporaryFile() throws -> FileHandle {
    let path = "\(NSTemporaryDirectory())/tandem-process-\(UUID().uuidString)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw RunError.system(operation: "open", path: path, code: errno)
    }
    unlink(path)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// The system's number for the process.
  var pid: Int32 { process.processIdentifier }

  /// Whether it has not ended yet.
  var isRunning: Bool { process.isRunning }

  /// Sends it a signal.
  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// How it ended; waits for that.
  func ending() -> Ending {
    process.waitUntilExit()
    func text(_ file: FileHandle) -> String {
      try? file.seek(toOffset: 0)
      return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }
    let status = process.terminationStatus
    return Ending(
      status: process.terminationReason == .exit ? status : 128 + status,
      lastLine: text(output).split(separator: "\n").last.map(String.init), errors: text(errors))
  }
}
