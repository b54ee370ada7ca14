import Foundation
import TandemDatasets
import TandemImages
import Testing

@Suite struct PNGFolderTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  /// Writes an image of one grey value at a path below the scratch directory.
  private func place(_ value: UInt8, _ path: String, width: Int = 4, height: Int = 4) throws {
    let file = scratch.path + "/" + path
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let pixels = [UInt8](repeating: value, count: width * height)
    try Data(png(width: width, height: height, channels: 1, pixels))
      .write(to: URL(fileURLWithPath: file))
  }

  @Test func filesComeInTheOrderOfTheirNames() throws {
    for (name, value) in ["b.png": 2, "a.PNG": 1, "c10.png": 3, "c9.png": 4] as [String: UInt8] {
      try place(value, name)
    }
    try place(9, ".hidden.png")
    _ = try scratch.write([1], "notes.txt")
    let set = try PNGFolder(scratch.path, name: "faces", size: 4, colours: .grey)
    #expect(set.name == "faces")
    #expect(set.count == 4 && set.elementShape == [4, 4, 1])
    #expect(set.classes == nil)
    #expect(set.files == ["a.PNG", "b.png", "c10.png", "c9.png"].map { scratch.path + "/" + $0 })
    #expect(try (0..<4).map { try set.bytes(of: $0)[0] } == [1, 2, 3, 4])
    #expect(throws: DatasetError.self) { try set.labels(at: [0]) }
    #expect(throws: DatasetError.self) { try set.elements(at: [4]) }
  }

  @Test func subfoldersAreClasses() throws {
    try place(10, "dogs/1.png")
    try place(20, "cats/2.png")
    try place(30, "cats/1.png")
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/birds", withIntermediateDirectories: true)
    let folder = try PNGFolder(scratch.path, size: 2, colours: .rgb)
    let memory = try folder.inMemory()
    for set in [folder, memory] as [any Dataset] {
      #expect(set.classes == Classes(names: ["cats", "dogs"]))
      #expect(set.elementShape == [2, 2, 3] && set.count == 3)
      #expect(set.name == (scratch.path as NSString).lastPathComponent)
      #expect(try set.labels(at: [0, 1, 2]) == [0, 0, 1])
      let expected = [10, 20, 30].flatMap {
        [Float](repeating: (Float($0) - 127.5) / 127.5, count: 12)
      }
      #expect(try set.elements(at: [2, 1, 0]) == expected)
    }
  }

  @Test func theMiddleIsCutOut() throws {
    // Columns 0...6 of 7; the square of 3 rows keeps columns 2, 3, 4.
    let wide = (0..<3).flatMap { row in (0..<7).map { UInt8(row * 10 + $0) } }
    let path = try scratch.write(png(width: 7, height: 3, channels: 1, wide), "wide.png")
    let set = try PNGFolder(scratch.path, size: 3, colours: .grey)
    #expect(set.files == [path])
    #expect(try set.bytes(of: 0) == [2, 3, 4, 12, 13, 14, 22, 23, 24])
  }

  @Test func coloursAndTransparency() throws {
    _ = try scratch.write(png(width: 1, height: 1, channels: 3, [255, 0, 0]), "1.png")
    _ = try scratch.write(png(width: 1, height: 1, channels: 4, [255, 0, 0, 0]), "2.png")
    _ = try scratch.write(png(width: 1, height: 1, channels: 1, [7]), "3.png")
    let rgb = try PNGFolder(scratch.path, size: 1, colours: .rgb)
    #expect(
      try (0..<3).map { try rgb.bytes(of: $0) } == [[255, 0, 0], [255, 255, 255], [7, 7, 7]])
    let grey = try PNGFolder(scratch.path, size: 1, colours: .grey)
    #expect(try (0..<3).map { try grey.bytes(of: $0) } == [[76], [255], [7]])
  }

  @Test func memoryHoldsWhatTheFilesHold() throws {
    for index in 0..<40 {
      let (width, height) = (5 + index % 7, 4 + index % 5)
      let pixels = noise(width * height * 3, seed: UInt64(index))
      _ = try scratch.write(png(width: width, height: height, channels: 3, pixels), "\(index).png")
    }
    let folder = try PNGFolder(scratch.path, size: 6)
    let memory = try folder.inMemory()
    #expect(try memory.elements(at: Array(0..<40)) == folder.elements(at: Array(0..<40)))
  }

  @Test func damagedFilesAreNamed() throws {
    for index in 0..<30 { try place(1, "\(index + 10).png") }
    let whole = png(width: 4, height: 4, channels: 1, noise(16, seed: 0))
    for name in ["20", "33"] {
      _ = try scratch.write(Array(whole[..<50]), "\(name).png")
    }
    let set = try PNGFolder(scratch.path, size: 4, colours: .grey)
    for attempt in [{ _ = try set.elements(at: [3, 10, 23]) }, { _ = try set.inMemory() }] {
      let error = #expect(throws: ImageError.self) { try attempt() }
      #expect(error?.description.hasPrefix("\(scratch.path)/20.png: ") == true)
    }
    try FileManager.default.removeItem(atPath: scratch.path + "/20.png")
    let error = #expect(throws: ImageError.self) { try set.bytes(of: 10) }
    #expect(error?.description.hasPrefix("\(scratch.path)/20.png: ") == true)
  }

  @Test func foldersWithoutASetAreRefused() throws {
    #expect(
      throws: DatasetError.unsuitable(path: scratch.path, reason: "the folder has no PNG files")
    ) { try PNGFolder(scratch.path, size: 4) }
    #expect(throws: DatasetError.unreadable(path: "/nowhere", reason: "no such folder")) {
      try PNGFolder("/nowhere", size: 4)
    }
    let file = try scratch.write([1])
    #expect(throws: DatasetError.unreadable(path: file, reason: "not a folder")) {
      try PNGFolder(file, size: 4)
    }
    #expect(throws: DatasetError.self) { try PNGFolder(scratch.path, size: 0) }
    try place(1, "a.png")
    try place(1, "sub/a.png")
    #expect(
      throws: DatasetError.labelMismatch(
        path: scratch.path,
        reason: "some PNG files lie in the folder itself, others in subfolders, which name classes")
    ) { try PNGFolder(scratch.path, size: 4) }
  }
}
