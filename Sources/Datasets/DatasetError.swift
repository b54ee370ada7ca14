/// What can be wrong with a data set; each prints as one line that names the file or the value.
public enum DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// The file's content contradicts its format.
  case damaged(path: String, reason: String)
  /// The file is sound but is not what was asked for: rank, element type, size.
  case unsuitable(path: String, reason: String)
  /// Labels and elements do not belong together.
  case labelMismatch(path: String, reason: String)
  /// A known data set is not on this machine; the hint says how to get it.
  case notInstalled(name: String, hint: String)
  /// No data set of this name is known.
  case unknownName(name: String, known: [String])
  /// A parameter has a value that makes no sense.
  case invalid(parameter: String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .damaged(let path, let reason): "\(path): damaged: \(reason)"
    case .unsuitable(let path, let reason): "\(path): \(reason)"
    case .labelMismatch(let path, let reason): "\(path): labels do not fit: \(reason)"
    case .notInstalled(let name, let hint): "data set '\(name)' is not on this machine: \(hint)"
    case .unknownName(let name, let known):
      "no data set is named '\(name)'; known: \(known.joined(separator: ", "))"
    case .invalid(let parameter, let reason): "\(parameter): \(reason)"
    }
  }
}
