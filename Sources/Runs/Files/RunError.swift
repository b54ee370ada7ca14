import Foundation

/// What can go wrong with the files of a run; prints as one line that names the path.
public enum RunError: Error, Equatable, Sendable {
  /// The operating system refused an operation; `code` is its errno.
  case system(operation: String, path: String, code: Int32)
  /// A file's contents are not what its format demands.
  case damaged(path: String, reason: String)
  /// Another process writes this run.
  case inUse(path: String, pid: Int?)
  /// No run answers to this name below the root; `near` is the id of one whose name is like it.
  case noSuchRun(name: String, root: String, near: String? = nil)
  /// Several runs answer to this name; the candidates are their ids.
  case ambiguousRun(name: String, candidates: [String])
  /// A caller's value cannot be written: a bad name, a size that does not fit its shape.
  case invalid(path: String, reason: String)
  /// What was asked for would do harm: removing a run that is at work.
  case refused(operation: String, path: String, reason: String)
}

extension RunError: CustomStringConvertible, LocalizedError {
  public var description: String { message.visible }

  private var message: String {
    switch self {
    case .system(let operation, let path, let code):
      return "cannot \(operation) \(path): \(String(cString: strerror(code)))"
    case .damaged(let path, let reason):
      return "\(path) is damaged: \(reason.shortened(to: 300))"
    case .inUse(let path, let pid):
      let owner = pid.map { "process \($0)" } ?? "another process"
      return "\(path) is being written by \(owner)"
    case .noSuchRun(let name, let root, let near):
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      return "no run named '\(name)' below \(root)\(hint)"
    case .ambiguousRun(let name, let candidates):
      let shown = candidates.prefix(5).joined(separator: ", ")
      let rest = candidates.count > 5 ? " and \(candidates.count - 5) more" : ""
      return "'\(name)' may be any of \(candidates.count) runs: \(shown)\(rest)"
    case .invalid(let path, let reason):
      return "cannot write \(path): \(reason)"
    case .refused(let operation, let path, let reason):
      return "cannot \(operation) \(path): \(reason)"
    }
  }

  public var errorDescription: String? { description }
}

/// Runs a body whose errors the compiler cannot type and types them; `path` names the file at
/// fault where the body threw something else than a `RunError`.
package func typed<T>(_ path: String, _ body: () throws -> T) throws(RunError) -> T {
  do {
    return try body()
  } catch let error as RunError {
    throw error
  } catch {
    throw .damaged(path: path, reason: oneLine(of: error))
  }
}

/// An error of another library in one line.
func oneLine(of error: any Error) -> String {
  let text: String
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    text = "'\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))' is missing"
  case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context),
    DecodingError.dataCorrupted(let context):
    let key = context.codingPath.map(\.stringValue).joined(separator: ".")
    text = (key.isEmpty ? "" : "'\(key)': ") + context.debugDescription
  default:
    text = String(describing: error)
  }
  // What the other library quotes of a damaged file may be all of it.
  return text.split(whereSeparator: \.isNewline).joined(separator: " ").shortened(to: 300)
}
