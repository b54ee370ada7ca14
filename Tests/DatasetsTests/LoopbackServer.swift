import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 for one test, which answers each request as the test wants,
/// wrongly or incompletely if need be.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    /// How many requests came before.
    let number: Int
    let path: String
    /// By lower-case name.
    let headers: [String: String]

    /// The first byte that the Range header asks for.
    var start: Int? {
      headers["range"].flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) }
    }
  }

  struct Answer: Sendable {
    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// The bytes of the body after which the connection is cut; nil sends it whole.
    var cutAfter: Int?
    /// Whether the body's length is announced.
    var announcesLength = true
    /// Seconds to wait before the last byte of the body is sent.
    var stall: Double = 0
  }

  let port: Int
  private let listener: Int32
  private let log = Mutex<[Request]>([])
  private let answer: @Sendable (Request) -> Answer

  /// The requests so far.
  var requests: [Request] { log.withLock { $0 } }

  init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
    self.answer = answer
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isBound else { throw CocoaError(.fileReadUnknown) }
    listener = descriptor
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, let self else { break }
        self.serve(connection)
        close(connection)
      }
      close(descriptor)
    }.start()
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  func url(_ path: String = "/file") -> String { "http://127.0.0.1:\(port)\(path)" }

  private func serve(_ connection: Int32) {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
      guard recv(connection, &byte, 1, 0) == 1 else { return }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let request = log.withLock { log in
      let path = lines[0].split(separator: " ")[1]
      log.append(Request(number: log.count, path: String(path), headers: headers))
      return log[log.count - 1]
    }
    send(answer(request), to: connection)
  }

  private func send(_ answer: Answer, to connection: Int32) {
    var head = "HTTP/1.1 \(answer.status) Status\r\nConnection: close\r\n"
    if answer.announcesLength { head += "Content-Length: \(answer.body.count)\r\n" }
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    send(Array((head + "\r\n").utf8)[...], to: connection)
    let body = answer.body.prefix(answer.cutAfter ?? .max)
    if answer.stall > 0 {
      send(body.dropLast(), to: connection)
      usleep(UInt32(answer.stall * 1e6))
      send(body.suffix(1), to: connection)
    } else {
      send(body, to: connection)
    }
    shutdown(connection, Int32(SHUT_WR))
  }

  private func send(_ bytes: ArraySlice<UInt8>, to connection: Int32) {
    bytes.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.send(
          connection, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        guard count > 0 else { return }
        sent += count
      }
    }
  }
}
