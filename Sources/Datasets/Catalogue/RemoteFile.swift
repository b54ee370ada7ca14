/// A file that can be downloaded, identified by its content.
public struct RemoteFile: Hashable, Sendable {
  /// Its name in the directory of the data set.
  public let name: String
  /// Where it is offered, the preferred place first.
  public let urls: [String]
  /// The SHA-256 of its content, 64 lower-case hexadecimal digits.
  public let sha256: String
  /// Its size in bytes.
  public let size: Int

  /// A file of known content; `urls` are tried in their order.
  public init(name: String, urls: [String], sha256: String, size: Int) {
    self.name = name
    self.urls = urls
    self.sha256 = sha256
    self.size = size
  }
}
