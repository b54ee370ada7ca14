import CZip
import Foundation
import TandemRuns

/// Writes tensors as NumPy's `.npz`: a zip of one `.npy` each, as they are, by libzip.
///
/// The same tensors give the same bytes: entries bear the zip format's first day.
enum NumPyArchive {
  /// Writes the archive; throws `RunError` naming the file.
  static func write(_ entries: [WeightsExport.Entry], to path: String) throws(RunError) {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw .invalid(path: path, reason: String(cString: zip_error_strerror(&error)))
    }
    func problem() -> RunError {
      .invalid(path: path, reason: String(cString: zip_strerror(archive)))
    }
    do throws(RunError) {
      for entry in entries {
        // The archive takes the bytes and frees them once they are written.
        let bytes = try file(of: entry, path)
        guard let source = zip_source_buffer(archive, bytes.start, zip_uint64_t(bytes.count), 1)
        else {
          free(bytes.start)
          throw problem()
        }
        let index = zip_file_add(archive, "\(entry.name).npy", source, ZIP_FL_ENC_UTF_8)
        guard index >= 0 else {
          zip_source_free(source)
          throw problem()
        }
        let place = zip_uint64_t(index)
        // The 1st of January 1980, midnight.
        guard zip_set_file_compression(archive, place, ZIP_CM_STORE, 0) == 0,
          zip_file_set_dostime(archive, place, 0, 1 << 5 | 1, 0) == 0
        else { throw problem() }
      }
      guard zip_close(archive) == 0 else { throw problem() }
    } catch {
      zip_discard(archive)
      throw error
    }
  }

  /// A tensor as a `.npy` file of version 1.0, in memory to be freed.
  private static func file(
    of entry: WeightsExport.Entry, _ path: String
  ) throws(RunError) -> (start: UnsafeMutableRawPointer, count: Int) {
    let (tensor, isHalf) = (entry.tensor, entry.tensor.type == .bf16)
    let shape = tensor.shape.map { "\($0)," }.joined(separator: " ")
    // One extent keeps its comma, as a tuple of one has it in Python.
    let tuple = tensor.shape.count > 1 ? String(shape.dropLast()) : shape
    var header = "{'descr': '\(name(of: tensor.type))', 'fortran_order': False, "
    header += "'shape': (\(tuple)), }"
    // The data begin at a multiple of 64 bytes, behind ten bytes and a line's end.
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    let start: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(header.utf8)
    let count = start.count + tensor.byteCount * (isHalf ? 2 : 1)
    guard let memory = malloc(count) else {
      throw .system(operation: "write", path: path, code: ENOMEM)
    }
    let bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
    bytes.copyBytes(from: start)
    let data = UnsafeMutableRawBufferPointer(rebasing: bytes[start.count...])
    entry.file.withBytes(of: tensor) { source in
      guard isHalf else { return data.copyBytes(from: source) }
      // The upper half of a float is its bfloat16.
      for index in 0..<source.count / 2 {
        let half = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        data.storeBytes(of: UInt32(half) << 16, toByteOffset: 4 * index, as: UInt32.self)
      }
    }
    return (memory, count)
  }

  /// A type as NumPy writes it, little-endian.
  private static func name(of type: SafetensorsType) -> String {
    switch type {
    case .u8: "|u1"
    case .i32: "<i4"
    case .i64: "<i8"
    case .u64: "<u8"
    case .f32, .bf16: "<f4"
    case .f64: "<f8"
    }
  }
}
