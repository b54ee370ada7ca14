import Crypto
import Foundation
import Synchronization
import TandemDatasets
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(1))) struct DownloaderTests {
  let scratch: Scratch
  let content = noise(300_000, seed: 4)

  init() throws {
    scratch = try Scratch()
  }

  private var downloader: Downloader {
    var downloader = Downloader()
    downloader.pause = .milliseconds(1)
    downloader.attempts = 3
    return downloader
  }

  private func file(at urls: String...) -> RemoteFile {
    let sum = SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
    return RemoteFile(name: "data.bin", urls: urls, sha256: sum, size: content.count)
  }

  private var path: String { scratch.path + "/cache/data.bin" }

  private func fetch(_ file: RemoteFile) async throws {
    #expect(try await downloader.fetch(file, into: scratch.path + "/cache") == path)
  }

  /// The names in the cache directory.
  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: scratch.path + "/cache").sorted()) ?? []
  }

  private func expectWhole() throws {
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == content)
    #expect(names == ["data.bin"])
  }

  private func leave(_ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/cache", withIntermediateDirectories: true)
    _ = try scratch.write(bytes, "cache/data.bin.part")
  }

  @Test func aFileArrivesWholeWithItsProgress() async throws {
    let server = try LoopbackServer { [content] _ in .init(body: content) }
    let seen = Mutex<[Downloader.Progress]>([])
    try await downloader.fetch(file(at: server.url()), into: scratch.path + "/cache") { progress in
      seen.withLock { $0.append(progress) }
    }
    try expectWhole()
    let received = seen.withLock { $0.map(\.received) }
    #expect(received == received.sorted() && received.last == content.count)
    #expect(seen.withLock { $0 }.allSatisfy { $0.name == "data.bin" && $0.size == content.count })
    #expect(server.requests.count == 1 && server.requests[0].start == nil)

    // A second fetch finds it and asks nobody.
    try await fetch(file(at: server.url()))
    #expect(server.requests.count == 1)
  }

  @Test func aBrokenDownloadGoesOnWhereItStopped() async throws {
    let server = try LoopbackServer { [content] request in
      let start = request.start ?? 0
      var answer = LoopbackServer.Answer(
        status: request.start == nil ? 200 : 206, headers: ["ETag": "\"v1\""],
        body: Array(content[start...]))
      if request.start != nil {
        answer.headers["Content-Range"] = "bytes \(start)-\(content.count - 1)/\(content.count)"
      }
      if request.number < 2 { answer.cutAfter = 100_000 }
      return answer
    }
    try await fetch(file(at: server.url()))
    try expectWhole()
    #expect(server.requests.map(\.start) == [nil, 100_000, 200_000])
    #expect(server.requests.map { $0.headers["if-range"] } == [nil, "\"v1\"", "\"v1\""])
    #expect(server.requests.allSatisfy { $0.headers["accept-encoding"] == "identity" })
  }

  @Test func aLaterDownloadGoesOnToo() async throws {
    let cut = try LoopbackServer { [content] request in
      request.number == 0
        ? .init(
          headers: ["Last-Modified": "Sat, 01 Jan 2000 00:00:00 GMT", "ETag": "W/\"weak\""],
          body: content, cutAfter: 50_000)
        : .init(status: 503)
    }
    let error = await #expect(throws: DownloadError.self) { try await fetch(file(at: cut.url())) }
    #expect(error == .refused(url: cut.url(), status: 503))
    #expect(cut.requests.count == 3)
    #expect(cut.requests[1].headers["if-range"] == "Sat, 01 Jan 2000 00:00:00 GMT")
    #expect(names == ["data.bin.part", "data.bin.part.tag"])

    // From another server the validator means nothing; the sum decides.
    let server = try LoopbackServer { [content] request in
      let start = request.start ?? 0
      return .init(
        status: 206, headers: ["Content-Range": "bytes \(start)-\(content.count - 1)/*"],
        body: Array(content[start...]))
    }
    try await fetch(file(at: server.url()))
    try expectWhole()
    #expect(server.requests.map(\.start) == [50_000])
    #expect(server.requests[0].headers["if-range"] == nil)
  }

  @Test func aServerWithoutRangesBeginsAgain() async throws {
    let server = try LoopbackServer { [content] request in
      .init(body: content, cutAfter: request.number == 0 ? 1000 : nil)
    }
    try await fetch(file(at: server.url()))
    try expectWhole()
    #expect(server.requests.map(\.start) == [nil, 1000])
  }

  @Test func aRangeNobodyAskedForIsNotUsed() async throws {
    try leave(Array(content[..<1000]))
    let server = try LoopbackServer { [content] request in
      request.start == nil
        ? .init(body: content)
        : .init(
          status: 206, headers: ["Content-Range": "bytes 0-\(content.count - 1)/\(content.count)"],
          body: content)
    }
    try await fetch(file(at: server.url()))
    try expectWhole()
    #expect(server.requests.map(\.start) == [1000, nil])
  }

  @Test func aPartOfAnotherFileIsThrownAway() async throws {
    try leave(noise(1000, seed: 99))
    let server = try LoopbackServer { [content] request in
      guard let start = request.start else { return .init(body: content) }
      return .init(
        status: 206, headers: ["Content-Range": "bytes \(start)-\(content.count - 1)/*"],
        body: Array(content[start...]))
    }
    try await fetch(file(at: server.url()))
    try expectWhole()
    #expect(server.requests.map(\.start) == [1000, nil])

    // The same where the server finds that the part is too long.
    try FileManager.default.removeItem(atPath: path)
    try leave(noise(2000, seed: 98))
    let short = try LoopbackServer { [content] request in
      request.start == nil ? .init(body: content) : .init(status: 416)
    }
    try await fetch(file(at: short.url()))
    try expectWhole()
  }

  @Test func aWholePartNeedsNoServer() async throws {
    try leave(content)
    try await fetch(file(at: "http://127.0.0.1:9/none"))
    try expectWhole()
  }

  @Test func wrongBytesNeverGetTheName() async throws {
    let wrong = noise(content.count, seed: 5)
    let server = try LoopbackServer { _ in .init(body: wrong) }
    let error = await #expect(throws: DownloadError.self) {
      try await fetch(file(at: server.url()))
    }
    let sum = SHA256.hash(data: wrong).map { String(format: "%02x", $0) }.joined()
    #expect(
      error?.description
        == "\(server.url()): not the expected file: its SHA-256 is \(sum), not"
        + " \(file(at: "").sha256)")
    #expect(names == [])
    #expect(server.requests.count == 1)
  }

  @Test func tooManyBytesAreCutOff() async throws {
    let server = try LoopbackServer { [content] _ in
      .init(body: content + content, announcesLength: false)
    }
    let error = await #expect(throws: DownloadError.self) {
      try await fetch(file(at: server.url()))
    }
    #expect(error == .wrongContent(url: server.url(), reason: "it has more than 300000 bytes"))
    #expect(names == [])
  }

  @Test func aMissingFileIsSaidAtOnceAndTheMirrorAsked() async throws {
    let gone = try LoopbackServer { _ in .init(status: 404, body: Array("sorry".utf8)) }
    let error = await #expect(throws: DownloadError.self) { try await fetch(file(at: gone.url())) }
    #expect(
      error?.description == "\(gone.url()): the server answers 404, there is no such file")
    #expect(gone.requests.count == 1)
    #expect(names == [])

    let mirror = try LoopbackServer { [content] _ in .init(body: content) }
    try await fetch(file(at: gone.url(), mirror.url()))
    try expectWhole()
  }

  @Test func aFailingServerIsAskedAgain() async throws {
    let server = try LoopbackServer { [content] request in
      request.number < 2 ? .init(status: 500) : .init(body: content)
    }
    try await fetch(file(at: server.url()))
    try expectWhole()
    #expect(server.requests.count == 3)
  }

  @Test func noServerIsNoNetwork() async throws {
    let port = try { try LoopbackServer { _ in .init() }.port }()
    let url = "http://127.0.0.1:\(port)/file"
    let error = await #expect(throws: DownloadError.self) { try await fetch(file(at: url)) }
    guard case .unreachable(url, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.hasSuffix("is the network up?") == true)
    #expect(names == [])
    await #expect(throws: DownloadError.badAddress(url: "ftp://x/y")) {
      try await fetch(file(at: "ftp://x/y"))
    }
  }

  @Test func aServerThatStallsIsGivenUp() async throws {
    let server = try LoopbackServer { [content] request in
      .init(body: content, stall: request.number == 0 ? 1.6 : 0)
    }
    var impatient = downloader
    impatient.timeout = 1
    try await impatient.fetch(file(at: server.url()), into: scratch.path + "/cache")
    try expectWhole()
    #expect(server.requests.count == 2)
  }

  @Test func aFullDiskIsSaid() async throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/cache", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path + ".part", withDestinationPath: "/dev/full")
    let server = try LoopbackServer { [content] _ in .init(body: content) }
    await #expect(
      throws: DownloadError.storage(path: path + ".part", reason: "No space left on device")
    ) { try await fetch(file(at: server.url())) }
    #expect(server.requests.count == 1)
  }

  @Test func aDirectoryThatCannotBeMadeIsSaid() async throws {
    let obstacle = try scratch.write([], "obstacle")
    await #expect(throws: DownloadError.self) {
      try await downloader.fetch(file(at: "http://127.0.0.1:9/"), into: obstacle + "/cache")
    }
  }

  @Test func twoDownloadsOfOneFileDoNotMix() async throws {
    try leave([])
    let descriptor = open(path + ".part", O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    await #expect(throws: DownloadError.busy(path: path)) {
      try await fetch(file(at: "http://127.0.0.1:9/"))
    }
  }

  @Test func aCancelledDownloadStopsAndCanGoOn() async throws {
    let server = try LoopbackServer { [content] request in
      .init(body: content, stall: request.number == 0 ? 10 : 0)
    }
    let file = file(at: server.url())
    let task = Task { try await downloader.fetch(file, into: scratch.path + "/cache") }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    try await Task.sleep(for: .milliseconds(200))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(!FileManager.default.fileExists(atPath: path))
    try await fetch(file)
    try expectWhole()

    let early = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await downloader.fetch(
        RemoteFile(name: "other", urls: [server.url()], sha256: "", size: 5),
        into: scratch.path + "/cache")
    }
    await #expect(throws: CancellationError.self) { try await early.value }
  }
}
