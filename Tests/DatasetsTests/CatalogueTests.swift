import Crypto
import Foundation
import TandemDatasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct CatalogueTests {
  let scratch: Scratch
  let catalogue: DatasetCatalogue

  init() throws {
    scratch = try Scratch()
    catalogue = DatasetCatalogue(
      cacheDirectory: scratch.path + "/cache", systemDirectory: scratch.path + "/system")
  }

  @Test func theStandardEntriesAreComplete() throws {
    #expect(
      catalogue.entries.map(\.name)
        == [
          "fashion-mnist", "mnist", "ring", "grid", "tiny-shakespeare", "bible-kjv", "sunspots",
        ])
    for entry in catalogue.entries {
      #expect(!entry.summary.isEmpty && !entry.licence.isEmpty)
      #expect(entry.isGenerated == ["ring", "grid"].contains(entry.name))
      for file in entry.files {
        #expect(file.sha256.count == 64 && file.sha256.allSatisfy(\.isHexDigit))
        #expect(file.sha256 == file.sha256.lowercased() && file.size > 0)
        #expect(file.urls.allSatisfy { URL(string: $0)?.lastPathComponent == file.name })
      }
    }
  }

  @Test func aTableIsReadWhereItLies() throws {
    let folder = scratch.path + "/cache/sunspots"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    #expect(
      throws: DatasetError.notInstalled(name: "sunspots", hint: "tandem data fetch sunspots")
    ) { try catalogue.table("sunspots") }
    try "\"Month\",\"Sunspots\"\n\"1749-01\",58.0\n\"1749-02\",62.6\n"
      .write(toFile: folder + "/monthly-sunspots.csv", atomically: false, encoding: .utf8)
    let table = try catalogue.table("sunspots")
    #expect(table.columns == ["Sunspots"] && table.values == [[58, 62.6]])
    #expect(throws: DatasetError.invalid(parameter: "mnist", reason: "is not a table")) {
      try catalogue.table("mnist")
    }
    #expect(throws: DatasetError.invalid(parameter: "sunspots", reason: "is not a text")) {
      try catalogue.text("sunspots")
    }
  }

  @Test func statusSaysWhereASetIsOrHowToGetIt() throws {
    let fashion = try catalogue.entry(named: "fashion-mnist")
    #expect(
      catalogue.status(of: fashion)
        == .notFound(
          hint: "apt install dataset-fashion-mnist, or tandem data fetch fashion-mnist"))
    #expect(try catalogue.status(of: catalogue.entry(named: "ring")) == .generated)
    #expect(
      throws: DatasetError.notInstalled(name: "mnist", hint: "tandem data fetch mnist")
    ) { try catalogue.directory(of: "mnist") }

    let cached = scratch.path + "/cache/fashion-mnist"
    try place(fashion.files.dropLast().map(\.name), in: cached)
    #expect(throws: DatasetError.self) { try catalogue.directory(of: "fashion-mnist") }
    try place(["t10k-labels-idx1-ubyte"], in: cached)
    #expect(catalogue.status(of: fashion) == .found(directory: cached))
    let system = scratch.path + "/system/fashion-mnist"
    try place(fashion.files.map(\.name), in: system)
    #expect(catalogue.status(of: fashion) == .found(directory: system))
  }

  private func place(_ names: [String], in directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for name in names {
      try Data().write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
  }

  @Test func unknownNamesListTheKnownOnes() throws {
    let error = #expect(throws: DatasetError.self) { try catalogue.entry(named: "mnits") }
    #expect(
      error?.description
        == "no data set is named 'mnits'; known: fashion-mnist, mnist, ring, grid, tiny-shakespeare,"
        + " bible-kjv, sunspots"
    )
    #expect(throws: DatasetError.self) { try catalogue.images("ring") }
    #expect(throws: DatasetError.self) { try catalogue.images("tiny-shakespeare") }
  }

  /// The way of a user: fetch, look, read.
  @Test func aFetchedSetIsFoundAndRead() async throws {
    let images = noise(3 * 28 * 28, seed: 8)
    let contents = [
      "train-images-idx3-ubyte.gz": try gzip(idx(8, [3, 28, 28], images)),
      "train-labels-idx1-ubyte.gz": try gzip(idx(8, [3], [7, 0, 9])),
    ]
    let server = try LoopbackServer { request in
      contents[String(request.path.dropFirst())].map { .init(body: $0) } ?? .init(status: 404)
    }
    let digits = DatasetCatalogue.Entry(
      name: "digits", summary: "", licence: "", homepage: "", debianPackage: nil,
      files: contents.map { name, bytes in
        RemoteFile(
          name: name, urls: [server.url("/\(name)")],
          sha256: SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined(),
          size: bytes.count)
      }, classes: Classes(count: 10))
    let catalogue = DatasetCatalogue(
      entries: [digits], cacheDirectory: scratch.path + "/cache", systemDirectory: "/nowhere")
    #expect(throws: DatasetError.self) { try catalogue.images("digits") }
    let directory = try await catalogue.fetch("digits")
    #expect(directory == scratch.path + "/cache/digits")
    #expect(catalogue.status(of: digits) == .found(directory: directory))
    let set = try catalogue.images("digits", size: 32)
    #expect(set.elementShape == [32, 32, 1] && set.count == 3 && set.name == "digits")
    #expect(try set.labels(at: [0, 1, 2]) == [7, 0, 9])
    #expect(try Array(set.bytes(of: 1)[66..<94]) == Array(images[784..<812]))
    #expect(throws: DatasetError.self) { try catalogue.images("digits", .test) }
    #expect(
      throws: DatasetError.unreadable(
        path: "/elsewhere/train-images-idx3-ubyte.gz", reason: "no such file")
    ) { try catalogue.images("digits", in: "/elsewhere") }
  }

  static let debian = "/usr/share/datasets/fashion-mnist"

  /// Debian's package, where it is installed: mean and deviation as its authors' users know them.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: debian)))
  func debiansFashionMNISTIsRead() throws {
    let set = try DatasetCatalogue(cacheDirectory: "/nowhere").images("fashion-mnist")
    #expect(set.count == 60_000 && set.elementShape == [28, 28, 1])
    var histogram = [Int](repeating: 0, count: 10)
    for label in try set.labels(at: Array(0..<60_000)) { histogram[Int(label)] += 1 }
    #expect(histogram == [Int](repeating: 6000, count: 10))
    #expect(set.classes?.names[Int(try set.labels(at: [0])[0])] == "ankle boot")
    var (sum, squares) = (0, 0)
    for index in 0..<60_000 {
      for byte in try set.bytes(of: index) {
        sum += Int(byte)
        squares += Int(byte) * Int(byte)
      }
    }
    let mean = Double(sum) / (60_000 * 784)
    let deviation = (Double(squares) / (60_000 * 784) - mean * mean).squareRoot()
    #expect(abs(mean / 255 - 0.2860) < 5e-5)
    #expect(abs(deviation / 255 - 0.3530) < 5e-5)
  }
}
