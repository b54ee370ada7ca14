import Foundation
import TandemDatasets
import Testing

@Suite struct BibleTests {
  /// The squares of 0 ... 219, each with a blank after it.
  static let squares = (0..<220).map { "\($0 * $0) " }.joined()

  /// `compress` of ncompress 5.0 made these codes of `squares`, which grow to 10 bits.
  static let codes =
    "MEDEAEEDRA6BNkDIqAFiRkIaB20UxDEwBoyAMWRUpFEwho2DMXIklLFQYY2ROA7OkFHQ4UAaFwnSeImjYA0ZB2vc"
    + "SGijpI2dIG7gDFoTRM2BOWKKrAiDpUAYKQXGOCmQJMOMIgU6BMmx482KNmJ6pChwZ8eaIHM4VNiUoUaPCmXAOChj"
    + "BoyCLGEMXBhTRti9N+4qxDFXYQ64dkvOiLF2JcSGDlvSIOsw5gyhA2fUbCnyIMysNKwSnEGVY1QaPQvS2PkyacAa"
    + "dwfWiFG0xsqcqxOeLKkTaI0cQ8MWTT1QYkwbJ4sLLWgDR9TAVIWWvDEj642TB2/c4BgU+ECKMXHIIFtTolGJB52v"
    + "TVrSe8Icnw2GLZiDMNOLGJvqfQqzI4ywIEEFVwwWlURgXQkRyBFIHplHoHMVaSRWXRpVVQN3Ge0EEk5ZMSYaYzRQ"
    + "xVhzIFXnVAwz2bARTBihNpNAkxU1FVYC2QbUVD1dVQMON6o4lEeadWSDRGC5VpZHFW134k5RxXBDDiKKZyBaCfL4"
    + "kUBJYahWhSGFhVF9ZMnlEV53PSYXdSMV6BZjcGkEoEIhCUaSmHHBFhBJ9im0mJwzxFfXDW3CVBJLM6zFEnoKQWTe"
    + "QuPtdVJfv1XoF0t4IXelXymNJJ1b11Elww3O0SUlXjgkN5iROLG0F5RFcThUYkDZlWNDc8XqoUpjtSTXi45Z9qmK"
    + "kGXUUp9RFVpqQn2K1udvyCqqkm3ckYZZQypaJhFlzZl3GUsq7dQYYYodhaxzhZkoWHV/EYRfQP3tBxNhqmVUWIpw"
    + "hdYWQYQ+NN5jNKxkXr/NvTRTTBx9JRN8qtl2ZYhPPtRTSahZSlBgp13n1GpLgQA="

  @Test func theCodesOfCompressAreUnfolded() throws {
    let codes = try #require(Data(base64Encoded: Self.codes))
    #expect(CompressedBlock.unfold(codes, limit: 1 << 16) == Array(Self.squares.utf8))
    #expect(CompressedBlock.unfold(codes, limit: 100) == nil)
    #expect(CompressedBlock.unfold([], limit: 10) == [])
  }

  @Test func aClearedTableBeginsANewGroup() {
    // 9 bits each: A, clear, six of padding; then B and the text of code 257, which B defines.
    let group = pack([65, 256]) + [UInt8](repeating: 0, count: 6) + pack([66, 257])
    #expect(CompressedBlock.unfold(group, limit: 10) == Array("ABBB".utf8))
  }

  @Test func codesWithoutMeaningAreRefused() {
    #expect(CompressedBlock.unfold(pack([257]), limit: 100) == nil)
    #expect(CompressedBlock.unfold(pack([65, 258]), limit: 100) == nil)
    #expect(CompressedBlock.unfold(pack([65, 511]), limit: 100) == nil)
    for seed in 0..<200 {
      let bytes = noise(2000, seed: UInt64(seed))
      #expect(CompressedBlock.unfold(bytes, limit: 1 << 16)?.isEmpty != true)
    }
  }

  @Test func theFileOfDebiansPackageIsRead() throws {
    let scratch = try Scratch()
    let blocks = ["Title\nGe1:1 In the ", "beginning\nGe1:2 And\n"].map { text in
      pack(text.utf8.map(Int.init))
    }
    let file = container(blocks)
    _ = try scratch.write(file, "bible.data")
    let text = try DatasetCatalogue().text("bible-kjv", in: scratch.path)
    #expect(text.string == "In the beginning\nAnd\n" && text.name == scratch.path + "/bible.data")
    for broken in [
      Array(file[..<100]), Array(file[4...]), Array(file.dropLast()) + [0xFF, 0xFF, 0xFF],
      container([pack([65, 400])]), container([]), [0x61],
    ] where broken != file {
      _ = try scratch.write(broken, "bible.data")
      let result = Result { try DatasetCatalogue().text("bible-kjv", in: scratch.path) }
      if case .success(let text) = result { #expect(text.string == "In the beginning\nAnd\n") }
    }
    for broken in [Array(file[..<100]), Array(file[4...]), container([pack([65, 400])]), [0x61]] {
      let path = try scratch.write(broken, "bible.data")
      let error = #expect(throws: DatasetError.self) {
        try DatasetCatalogue().text("bible-kjv", in: scratch.path)
      }
      #expect(error?.description.hasPrefix("\(path): damaged: ") == true)
    }
  }

  @Test func theCatalogueTellsHowToGetIt() async throws {
    let scratch = try Scratch()
    let absent = DatasetCatalogue.Entry(
      name: "book", summary: "", licence: "", homepage: "", debianPackage: "a-book",
      systemFile: .init(directory: scratch.path, name: "book.txt"), files: [])
    let catalogue = DatasetCatalogue(entries: [absent], cacheDirectory: scratch.path + "/cache")
    #expect(
      throws: DatasetError.notInstalled(name: "book", hint: "apt install a-book")
    ) { try catalogue.text("book") }
    await #expect(
      throws: DatasetError.invalid(
        parameter: "book", reason: "comes with a system package: apt install a-book")
    ) { try await catalogue.fetch("book") }
    _ = try scratch.write(Array("words".utf8), "book.txt")
    #expect(catalogue.status(of: absent) == .found(directory: scratch.path))
    #expect(try catalogue.text("book").string == "words")
    #expect(
      throws: DatasetError.invalid(parameter: "mnist", reason: "is not a text")
    ) { try DatasetCatalogue().text("mnist") }
  }

  @Test func aFetchedTextIsRead() throws {
    let scratch = try Scratch()
    _ = try scratch.write(Array("First Citizen:\n".utf8), "input.txt")
    let text = try DatasetCatalogue().text("tiny-shakespeare", in: scratch.path)
    #expect(text.string == "First Citizen:\n")
    #expect(throws: DatasetError.self) {
      try DatasetCatalogue().text("tiny-shakespeare", in: scratch.path + "/none")
    }
  }

  static let debian = "/usr/lib/bible.data"

  /// Debian's package, where it is installed.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: debian)))
  func debiansBibleIsRead() throws {
    let text = try DatasetCatalogue(cacheDirectory: "/nowhere").text("bible-kjv").string
    #expect(text.hasPrefix("In the beginning God created the heaven and the earth.\nAnd the earth"))
    #expect(text.hasSuffix("The grace of our Lord Jesus Christ be with you all. Amen.\n"))
    #expect(text.utf8.count(where: { $0 == 0x0A }) == 31_102)
  }

  /// Codes of 9 bits, packed from the lowest bit.
  private func pack(_ codes: [Int]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (codes.count * 9 + 7) / 8)
    for (place, code) in codes.enumerated() {
      for bit in 0..<9 where code >> bit & 1 == 1 {
        bytes[(place * 9 + bit) / 8] |= 1 << UInt8((place * 9 + bit) % 8)
      }
    }
    return bytes
  }

  private func container(_ blocks: [[UInt8]]) -> [UInt8] {
    let start = 84 + 8 + 4 * (blocks.count + 1)
    let offsets = blocks.reduce(into: [start]) { $0.append($0.last! + $1.count) }
    let words = [65_536, blocks.count] + offsets
    let banner = Array("EC02Compressed Data File".utf8)
    return banner + [UInt8](repeating: 0, count: 84 - banner.count)
      + words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
      + blocks.joined()
  }
}
