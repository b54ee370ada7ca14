/// Why an image could not be read, written or made; prints as one line.
public enum ImageError: Error, Equatable, CustomStringConvertible {
  /// The file could not be opened or read.
  case unreadable(file: String, reason: String)
  /// The file is empty or holds something other than a PNG.
  case notPNG(file: String, reason: String)
  /// The PNG is truncated or breaks the format.
  case damaged(file: String, reason: String)
  /// The PNG declares more pixels than the limits allow.
  case tooLarge(file: String, reason: String)
  /// The file could not be written; an earlier file of that name is untouched.
  case unwritable(file: String, reason: String)
  /// The arguments do not fit together.
  case invalid(String)

  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .notPNG(let file, let reason): "\(file): not a PNG: \(reason)"
    case .damaged(let file, let reason): "\(file): damaged PNG: \(reason)"
    case .tooLarge(let file, let reason): "\(file): image too large: \(reason)"
    case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
    case .invalid(let reason): reason
    }
  }
}
