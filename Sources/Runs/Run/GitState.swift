import Foundation

/// The state of the git tree that a run was started from.
public struct GitState: Codable, Equatable, Sendable {
  /// Nil in a tree without commits.
  public var commit: String?
  /// Nil where no branch is checked out.
  public var branch: String?
  /// Whether files differ from the commit.
  public var isDirty: Bool
  /// Files that git does not know yet and does not ignore, at most 100; the patch lacks them.
  public var untracked: [String]
  /// Why `code/diff.patch` is missing although tracked files differ.
  public var omittedPatch: String?

  private enum CodingKeys: String, CodingKey {
    case commit, branch, untracked, omittedPatch
    case isDirty = "dirty"
  }

  /// A patch beyond this many bytes is not kept.
  static let largestPatch = 8 << 20

  /// Looks at the tree that a folder lies in; nil outside a tree, or where git is missing.
  ///
  /// - Returns: the state, and the changes of tracked files against the commit, empty for none.
  static func observe(_ folder: String) -> (state: GitState, patch: [UInt8])? {
    guard run(["rev-parse", "--is-inside-work-tree"], in: folder) == Array("true\n".utf8),
      let status = run(["status", "--porcelain", "-z"], in: folder)
    else { return nil }
    func line(_ arguments: [String]) -> String? {
      run(arguments, in: folder).map {
        String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines)
      }
    }
    let entries = status.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let untracked = entries.filter { $0.hasPrefix("?? ") }.map { String($0.dropFirst(3)) }
    var state = GitState(
      commit: line(["rev-parse", "--verify", "HEAD"]),
      branch: line(["symbolic-ref", "--short", "HEAD"]),
      isDirty: !entries.isEmpty, untracked: Array(untracked.prefix(100)))
    guard entries.count > untracked.count, state.commit != nil else { return (state, []) }
    let patch = run(
      ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--binary", "HEAD"], in: folder)
    guard let patch else {
      state.omittedPatch = "git diff failed"
      return (state, [])
    }
    if patch.count > largestPatch {
      state.omittedPatch = "the patch has \(patch.count) bytes, more than \(largestPatch)"
      return (state, [])
    }
    return (state, patch)
  }

  /// What git prints; nil when it is missing or fails.
  private static func run(_ arguments: [String], in folder: String) -> [UInt8]? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Looking must neither write to the tree's index nor start a program of its configuration.
    process.arguments = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder, isDirectory: true)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard isFolder(folder), (try? process.run()) != nil else { return nil }
    let data = try? output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? Array(data ?? Data()) : nil
  }
}
