import CKernels
import COneDNN

/// What the CPU backend computes with.
public enum ComputeLibrary {
  /// The version of oneDNN in use, such as "2.6.3".
  public static var oneDNNVersion: String { String(cString: onednn_version()) }

  /// Threads in the team that oneDNN and the loops of `CKernels` share; `OMP_NUM_THREADS` sets it.
  public static var threadCount: Int { Int(tk_thread_count()) }

  /// The instruction sets of this CPU among those that kernels are compiled for.
  public static var cpuFeatures: [String] {
    let names = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_tile"]
    let found = tk_cpu_features()
    return names.indices.filter { found & (1 << UInt32($0)) != 0 }.map { names[$0] }
  }
}
