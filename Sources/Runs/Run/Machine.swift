import Foundation

/// What `env.json` holds: the machine and the versions of what ran on it.
public struct Machine: Codable, Equatable, Sendable {
  /// Its name in the network.
  public var host: String
  /// The processor's model.
  public var processor: String
  /// Processors that this process may use.
  public var cores: Int
  /// Bytes of main memory.
  public var memory: UInt64
  /// The distribution with its version.
  public var system: String
  /// The kernel with its version.
  public var kernel: String
  /// The processor's family: `x86_64`.
  public var architecture: String
  /// The version of Swift that compiled the program.
  public var swift: String
  /// Versions of the libraries in use, by name.
  public var libraries: [String: String]

  /// The machine at hand.
  ///
  /// - Parameter libraries: versions that only the caller knows.
  public static func current(libraries: [String: String] = [:]) -> Machine {
    var names = utsname()
    uname(&names)
    let architecture = text(names.machine)
    return Machine(
      host: hostName,
      processor: value(of: "model name", in: "/proc/cpuinfo", separator: ":") ?? architecture,
      cores: ProcessInfo.processInfo.activeProcessorCount,
      memory: ProcessInfo.processInfo.physicalMemory,
      system: value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=") ?? "Linux",
      kernel: "\(text(names.sysname)) \(text(names.release))",
      architecture: architecture,
      swift: swiftVersion,
      libraries: libraries)
  }

  static var hostName: String {
    var names = utsname()
    uname(&names)
    return text(names.nodename)
  }

  /// The compiler tells its version only to conditions.
  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }

  /// The value of a line `key separator value`.
  private static func value(of key: String, in file: String, separator: Character) -> String? {
    guard let contents = try? readText(file) else { return nil }
    for line in contents.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key {
        return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
      }
    }
    return nil
  }

  /// A string that C keeps in an array of fixed length.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
