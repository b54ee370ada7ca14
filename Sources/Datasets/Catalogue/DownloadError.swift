/// Why a file could not be downloaded; each prints as one line.
///
/// The bytes that arrived stay beside the file's place and are resumed, except after `wrongContent`.
public enum DownloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The address is not one of HTTP.
  case badAddress(url: String)
  /// No server answered: no network, an unknown host, a refused connection, a timeout.
  case unreachable(url: String, reason: String)
  /// The connection broke off, again after every new attempt.
  case brokenOff(url: String, received: Int, expected: Int, reason: String)
  /// The server answered with a status other than success.
  case refused(url: String, status: Int)
  /// What arrived is not the file.
  case wrongContent(url: String, reason: String)
  /// The file cannot be written: the disk is full, or permission is missing.
  case storage(path: String, reason: String)
  /// Another process is downloading the same file.
  case busy(path: String)

  public var description: String {
    switch self {
    case .badAddress(let url):
      "\(url): not an http or https address"
    case .unreachable(let url, let reason):
      "\(url): no answer (\(reason)); is the network up?"
    case .brokenOff(let url, let received, let expected, let reason):
      "\(url): broke off after \(received) of \(expected) bytes (\(reason));"
        + " fetch again to go on from there"
    case .refused(let url, let status):
      "\(url): the server answers \(status)\(Self.meaning(of: status))"
    case .wrongContent(let url, let reason):
      "\(url): not the expected file: \(reason)"
    case .storage(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .busy(let path):
      "\(path): another download of this file is under way"
    }
  }

  /// Whether a later attempt at the same address may succeed.
  var isPassing: Bool {
    switch self {
    case .unreachable, .brokenOff: true
    case .refused(_, let status): status == 408 || status == 429 || status >= 500
    case .badAddress, .wrongContent, .storage, .busy: false
    }
  }

  private static func meaning(of status: Int) -> String {
    switch status {
    case 401, 403: ", access denied"
    case 404, 410: ", there is no such file"
    case 429: ", too many requests"
    case 500...: ", the server fails"
    default: ""
    }
  }
}
