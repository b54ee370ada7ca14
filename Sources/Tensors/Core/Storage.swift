/// The memory of a tensor: one block from the pool, given back when the last tensor lets go.
///
/// The bytes are written once, by the kernel that fills a new tensor, and immutable after; the
/// one exception is an in-place update by a storage's only owner (`Tensor.withUniqueStorage`).
public final class Storage: @unchecked Sendable {
  /// First byte, aligned to 64 bytes.
  package let pointer: UnsafeMutableRawPointer
  /// Bytes asked for.
  package let byteCount: Int

  /// A block with undefined content.
  package init(byteCount: Int) {
    self.byteCount = byteCount
    pointer = BlockPool.shared.take(byteCount)
  }

  deinit { BlockPool.shared.give(pointer, byteCount) }
}
