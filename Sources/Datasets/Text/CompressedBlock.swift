/// Unfolds the LZW codes of Unix `compress` (Welch, "A Technique for High-Performance Data
/// Compression", 1984): codes of 9 to 16 bits, packed from the lowest bit, code 256 clears.
package enum CompressedBlock {
  private static let clear = 256
  private static let widestCode = 16

  /// The bytes that `codes` stand for; nil when they make no sense or exceed `limit` bytes.
  package static func unfold(_ codes: some RandomAccessCollection<UInt8>, limit: Int) -> [UInt8]? {
    let codes = Array(codes)
    var prefix = [Int](repeating: -1, count: 1 << widestCode)
    var suffix = (0..<1 << widestCode).map { UInt8(truncatingIfNeeded: $0) }
    var (count, width, place) = (clear + 1, 9, 0)
    var previous: Int?
    var (result, chain): ([UInt8], [UInt8]) = ([], [])
    // Codes come in groups of eight, `width` bytes; a change of width begins a new group.
    var groupStart = 0
    func startGroup() {
      let group = width * 8
      place = groupStart + (place - groupStart + group - 1) / group * group
      groupStart = place
    }
    while place + width <= codes.count * 8 {
      var code = 0
      for bit in 0..<width {
        code |= Int(codes[(place + bit) >> 3] >> UInt8((place + bit) & 7) & 1) << bit
      }
      place += width
      if code == clear {
        startGroup()
        (count, width, previous) = (clear + 1, 9, nil)
        continue
      }
      guard code < count + (previous == nil ? 0 : 1), previous != nil || code < clear else {
        return nil
      }
      chain.removeAll(keepingCapacity: true)
      // A code that is only now being defined stands for the previous text and its first byte.
      var link = code == count ? previous! : code
      while link > clear {
        chain.append(suffix[link])
        link = prefix[link]
      }
      chain.append(suffix[link])
      let first = suffix[link]
      result += chain.reversed()
      if code == count { result.append(first) }
      guard result.count <= limit else { return nil }
      if let previous, count < 1 << widestCode {
        prefix[count] = previous
        suffix[count] = first
        count += 1
        if count == 1 << width, width < widestCode {
          startGroup()
          width += 1
        }
      }
      previous = code
    }
    return result
  }
}
