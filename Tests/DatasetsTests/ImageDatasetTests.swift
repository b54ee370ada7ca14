import Foundation
import TandemDatasets
import Testing

@Suite struct ImageDatasetTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private func images(_ shape: [Int], seed: UInt64 = 0) throws -> (path: String, bytes: [UInt8]) {
    let bytes = noise(shape.reduce(1, *), seed: seed)
    return (try scratch.write(idx(8, shape, bytes), "images"), bytes)
  }

  @Test func imagesComeInAnyOrderScaledToMinus1To1() throws {
    let (path, bytes) = try images([7, 3, 5])
    let set = try ImageDataset(name: "set", images: path)
    #expect(set.count == 7)
    #expect(set.elementShape == [3, 5, 1])
    #expect(set.classes == nil)
    let order = [6, 0, 3, 3]
    let expected = order.flatMap { index in
      bytes[index * 15..<(index + 1) * 15].map { (Float($0) - 127.5) / 127.5 }
    }
    #expect(try set.elements(at: order) == expected)
    #expect(try set.bytes(of: 2) == Array(bytes[30..<45]))
  }

  @Test func everyByteIsScaledCorrectlyRounded() throws {
    let path = try scratch.write(idx(8, [1, 16, 16], (0...255).map { UInt8($0) }))
    let values = try ImageDataset(name: "set", images: path).elements(at: [0])
    for (byte, value) in values.enumerated() {
      #expect(value == Float((Double(byte) - 127.5) / 127.5))
      #expect(value == -values[255 - byte])
    }
    #expect(values[0] == -1 && values[255] == 1)
  }

  @Test func coloursStayTogether() throws {
    let (path, bytes) = try images([2, 4, 4, 3])
    let set = try ImageDataset(name: "set", images: path)
    #expect(set.elementShape == [4, 4, 3])
    #expect(try set.bytes(of: 1) == Array(bytes[48...]))
  }

  @Test func paddingCentresOnTheBackground() throws {
    let (path, bytes) = try images([2, 2, 3])
    let set = try ImageDataset(name: "set", images: path, size: 5, fit: .pad, background: 9)
    #expect(set.elementShape == [5, 5, 1])
    for index in 0..<2 {
      var expected = [UInt8](repeating: 9, count: 25)
      for row in 0..<2 {
        for column in 0..<3 {
          expected[(1 + row) * 5 + 1 + column] = bytes[index * 6 + row * 3 + column]
        }
      }
      #expect(try set.bytes(of: index) == expected)
    }
  }

  @Test func padding28To32LeavesAMarginOf2() throws {
    let path = try scratch.write(idx(8, [1, 28, 28], [UInt8](repeating: 255, count: 784)))
    let values = try ImageDataset(name: "set", images: path, size: 32).elements(at: [0])
    for place in 0..<1024 {
      let inside = (2..<30).contains(place / 32) && (2..<30).contains(place % 32)
      #expect(values[place] == (inside ? 1 : -1))
    }
  }

  @Test func labelsGoWithTheirImages() throws {
    let (path, _) = try images([4, 2, 2])
    let labels = try scratch.write(idx(8, [4], [2, 0, 1, 2]), "labels")
    let set = try ImageDataset(name: "set", images: path, labels: labels)
    #expect(set.classes == Classes(names: ["0", "1", "2"]))
    #expect(try set.labels(at: [3, 1, 2]) == [2, 0, 1])
    let wide = try scratch.write(
      idx(0x0C, [4], [0, 0, 1, 0] + [UInt8](repeating: 0, count: 12)), "l")
    #expect(try ImageDataset(name: "set", images: path, labels: wide).classes?.count == 257)
  }

  @Test func whatDoesNotFitIsToldWithItsFile() throws {
    let (path, _) = try images([4, 2, 2])
    let three = try scratch.write(idx(8, [3], [0, 1, 2]), "three")
    let four = try scratch.write(idx(8, [4], [0, 1, 2, 3]), "four")
    let negative = try scratch.write(idx(9, [4], [0, 0xFF, 0, 0]), "negative")
    let signed = try scratch.write(idx(9, [1, 2, 2], [0, 0, 0, 0]), "signed")
    let none = try scratch.write(idx(8, [0, 2, 2], []), "none")
    let five = try scratch.write(idx(8, [1, 1, 1, 5], [1, 2, 3, 4, 5]), "five")
    let two = Classes(count: 2)
    let cases: [(String, String?, Int?, DatasetError)] = [
      (
        path, three, nil,
        .labelMismatch(path: three, reason: "3 labels for the 4 images of \(path)")
      ),
      (
        path, four, nil,
        .labelMismatch(path: four, reason: "label 2 is 2, outside 0 ..< 2")
      ),
      (
        path, negative, nil,
        .labelMismatch(path: negative, reason: "label 1 is -1, outside 0 ..< 2")
      ),
      (
        path, path, nil,
        .unsuitable(path: path, reason: "holds 4x2x2 of uint8, not a list of integer labels")
      ),
      (
        four, nil, nil,
        .unsuitable(
          path: four,
          reason: "holds 4 of uint8, not bytes of rank 3 (count, height, width) or 4"
            + " (… and channels)")
      ),
      (
        signed, nil, nil,
        .unsuitable(
          path: signed,
          reason: "holds 1x2x2 of int8, not bytes of rank 3 (count, height, width) or 4"
            + " (… and channels)")
      ),
      (
        none, nil, nil,
        .unsuitable(path: none, reason: "0x2x2 is not a set of images of 1 to 4 channels")
      ),
      (
        five, nil, nil,
        .unsuitable(path: five, reason: "1x1x1x5 is not a set of images of 1 to 4 channels")
      ),
      (
        path, nil, 1,
        .unsuitable(path: path, reason: "images of 2x2 cannot be padded to 1x1; resize them")
      ),
      (path, nil, 0, .invalid(parameter: "size", reason: "0 is not in 1 ... 65536")),
    ]
    for (images, labels, size, error) in cases {
      #expect(throws: error) {
        try ImageDataset(name: "set", images: images, labels: labels, classes: two, size: size)
      }
    }
  }

  @Test func wrongIndicesAndBuffersAreRefused() throws {
    let set = try ImageDataset(name: "set", images: try images([4, 2, 2]).path)
    #expect(
      throws: DatasetError.invalid(parameter: "set", reason: "index 4 is outside 0 ..< 4")
    ) { try set.elements(at: [0, 4]) }
    #expect(throws: DatasetError.self) { try set.elements(at: [-1]) }
    #expect(throws: DatasetError.self) { try set.bytes(of: 4) }
    #expect(throws: DatasetError.self) { try set.labels(at: [0]) }
    #expect(throws: DatasetError.self) {
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: 3) {
        try set.read([0], into: $0)
      }
    }
  }

  /// Memory that the system would promise and not have: the process would be killed over it.
  @Test func imagesThatFillTheMachineAreRefused() throws {
    let (side, memory) = (16_384, Int(ProcessInfo.processInfo.physicalMemory))
    let count = memory / 10 * 9 / (side * side)
    let path = try images([count, 1, 1]).path
    #expect(
      throws: DatasetError.unreadable(
        path: path, reason: "\(count) images of \(side)x\(side) do not fit in memory")
    ) { try ImageDataset(name: "set", images: path, size: side) }
  }
}
