import CZlib

/// The library that unpacks gzip files.
public enum GzipLibrary {
  /// The version of zlib in use, such as "1.2.13".
  public static var version: String { String(cString: zlibVersion()) }
}
