import Foundation
import Testing

/// What a run of the program left.
struct Outcome: Equatable {
  var status: Int32
  var output: String
  var errors: String

  /// The lines of the output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// The output as a JSON object.
  func object() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }
}

/// A folder of its own for a test, in which the program is run; removed with the object.
final class Workplace: Sendable {
  let path: String

  /// The program, which is built beside the tests.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "tandem").path(percentEncoded: false)

  init() throws {
    // The program prints paths without links.
    let folder = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
      .appending(path: "tandem-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path(percentEncoded: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a text file.
  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// Writes a file.
  func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Starts the program in the folder; `finish` waits for it.
  ///
  /// - Parameter threads: Those of its kernels; as many as the machine has unless given.
  func start(_ arguments: [String], shell: String? = nil, threads: Int? = nil) throws -> Running {
    try Running(arguments, shell: shell, threads: threads, in: path)
  }

  /// Runs the program in the folder.
  ///
  /// - Parameter shell: A script to run instead, in which `"$0" "$@"` is the program with its
  ///   arguments.
  func tandem(_ arguments: String..., shell: String? = nil) throws -> Outcome {
    try start(arguments, shell: shell).finish()
  }

  /// The runs below an experiment's directory.
  func runs(of experiment: String) throws -> [String] {
    let folder = "\(path)/\(experiment)/runs"
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
  }
}

/// The program at work.
final class Running {
  let process = Process()
  private let files: [FileHandle]

  init(_ arguments: [String], shell: String?, threads: Int?, in folder: String) throws {
    process.executableURL = URL(filePath: shell == nil ? Workplace.program : "/bin/sh")
    process.arguments = shell.map { ["-c", $0, Workplace.program] + arguments } ?? arguments
    process.currentDirectoryURL = URL(filePath: folder)
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_CACHE_HOME"] = "\(folder)/.cache"
    if let threads { environment["OMP_NUM_THREADS"] = "\(threads)" }
    process.environment = environment
    // Into files, which never fill up as pipes do.
    files = try ["out", "err"].map { name in
      let file = "\(folder)/.\(name)-\(UUID().uuidString)"
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      return try #require(FileHandle(forUpdatingAtPath: file))
    }
    process.standardOutput = files[0]
    process.standardError = files[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// Waits for the end, at most a minute and a half.
  func finish() throws -> Outcome {
    let process = process
    let watchdog = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 90, execute: watchdog)
    process.waitUntilExit()
    watchdog.cancel()
    let texts = try files.map { file in
      try file.seek(toOffset: 0)
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
    #expect(process.terminationReason == .exit, "ended by signal \(process.terminationStatus)")
    return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}

/// An experiment of a moment.
let tiny = """
  title: A tiny ring
  seed: 3
  data: {kind: ring, sigma: 0.1}
  latent: {size: 2}
  generator:
    network: {kind: mlp, hidden: [8]}
  discriminator:
    network: {kind: mlp, hidden: [8]}
  training: {steps: 20, batchSize: 16}
  samples: {every: 10, count: 50}
  checkpoints: {every: 10}

  """

/// The repository's folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path(percentEncoded: false)
