import TandemDatasets
import TandemImages
import TandemTensors

/// The libraries in use and what they find on this machine.
enum Libraries {
  /// Versions by name.
  static var versions: [String: String] {
    [
      "oneDNN": ComputeLibrary.oneDNNVersion, "libpng": PNG.libraryVersion,
      "zlib": GzipLibrary.version,
    ]
  }

  /// Instruction sets that kernels can use here.
  static var cpuFeatures: [String] { ComputeLibrary.cpuFeatures }

  /// Threads that kernels run on.
  static var threads: Int { ComputeLibrary.threadCount }
}
