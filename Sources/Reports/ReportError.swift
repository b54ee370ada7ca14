import Foundation

/// Why a report page cannot be made; prints as one line.
public enum ReportError: Error, Equatable, Sendable {
  /// There is nothing to report on.
  case noRuns
  /// The chart library is not where it should be.
  case missingLibrary(file: String, reason: String)
  /// Not even a page of the shortest curves and no samples is within the size.
  case tooLarge(maximum: Int, needed: Int)
  /// The page's file is there already.
  case exists(file: String)
  /// The page's file cannot be written.
  case unwritable(file: String, reason: String)
}

extension ReportError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .noRuns: "a report needs at least one run"
    case .missingLibrary(let file, let reason):
      "cannot read the chart library, \(file): \(reason); install it: apt install libjs-dygraphs"
    case .tooLarge(let maximum, let needed):
      "the report cannot be made smaller than \(ByteCount.text(needed)), "
        + "and \(ByteCount.text(maximum)) are allowed"
    case .exists(let file): "\(file) exists; --force replaces it"
    case .unwritable(let file, let reason): "cannot write \(file): \(reason)"
    }
  }

  public var errorDescription: String? { description }
}

/// Sizes of files for people.
enum ByteCount {
  /// In MB of 10^6 bytes or kB of 10^3, to two digits at least and rounded up: what is said to be
  /// needed suffices.
  static func text(_ bytes: Int) -> String {
    if bytes < 1_000_000 { return "\((bytes + 999) / 1000) kB" }
    let tenths = (bytes + 99_999) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }
}
