import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Blocks of memory by size class, reused between training steps.
///
/// A step allocates the same sizes as the step before: reuse saves the system calls and the page
/// faults, which cost more than the arithmetic of a small layer. Sizes are rounded up to one of
/// eight classes per power of two, so a block wastes at most an eighth.
package final class BlockPool: Sendable {
  package static let shared = BlockPool()

  /// Bytes handed out and not yet returned, their highest value, and bytes kept for reuse.
  package struct Statistics: Sendable {
    package var live = 0
    package var peak = 0
    package var idle = 0
  }

  private struct State: ~Copyable {
    var free: [[Address]] = Array(repeating: [], count: 64 * 8)
    var statistics = Statistics()
  }

  private struct Address: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  private let state = Mutex(State())

  /// Counts of bytes at this moment.
  package var statistics: Statistics { state.withLock { $0.statistics } }

  func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let (index, size) = BlockPool.sizeClass(byteCount)
    let reused = state.withLock { state -> Address? in
      state.statistics.live += size
      state.statistics.peak = max(state.statistics.peak, state.statistics.live)
      guard let address = state.free[index].popLast() else { return nil }
      state.statistics.idle -= size
      return address
    }
    return reused?.pointer ?? allocate(size)
  }

  func give(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
    let (index, size) = BlockPool.sizeClass(byteCount)
    let address = Address(pointer: pointer)
    state.withLock { state in
      state.statistics.live -= size
      state.statistics.idle += size
      state.free[index].append(address)
    }
  }

  /// Returns every idle block to the system.
  package func trim() {
    let idle = state.withLock { state in
      state.statistics.idle = 0
      let all = state.free.joined().map { $0 }
      for index in state.free.indices { state.free[index].removeAll() }
      return all
    }
    for address in idle { free(address.pointer) }
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    var pointer: UnsafeMutableRawPointer?
    if posix_memalign(&pointer, 64, size) == 0, let pointer { return pointer }
    // What the pool keeps may be what is missing.
    trim()
    if posix_memalign(&pointer, 64, size) == 0, let pointer { return pointer }
    fatalError("out of memory: \(size) bytes asked for, \(statistics.live) in use")
  }

  /// The class index and the rounded size of a request.
  static func sizeClass(_ byteCount: Int) -> (index: Int, size: Int) {
    let bytes = max(byteCount, 64)
    let exponent = Int.bitWidth - 1 - bytes.leadingZeroBitCount
    let step = 1 << (exponent - 3)
    let eighths = (bytes - (1 << exponent) + step - 1) / step
    return (exponent * 8 + eighths, (1 << exponent) + eighths * step)
  }
}
