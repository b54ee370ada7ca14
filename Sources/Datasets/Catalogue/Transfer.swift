import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request for a file, or for the rest of it, whose body goes straight into a partial file.
///
/// The session calls the delegate on one serial queue, which guards the state.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private let url: String
  private let expected: Int
  private let part: PartialFile
  private let progress: @Sendable (Int) -> Void

  private var failure: (any Error)?
  private var answered = false
  private let ending = Mutex(Ending.open)

  /// The end of the transfer, which may come before or after someone waits for it.
  private enum Ending {
    case open
    case awaited(CheckedContinuation<Void, any Error>)
    case reached(Result<Void, any Error>)
  }

  /// A transfer of the file of `expected` bytes at `url`, from where `part` ends.
  init(
    url: String, expected: Int, part: PartialFile, progress: @escaping @Sendable (Int) -> Void
  ) {
    self.url = url
    self.expected = expected
    self.part = part
    self.progress = progress
  }

  /// Runs the request; returns when the server has sent all it wants to send.
  func run(timeout: TimeInterval) async throws {
    guard let address = URL(string: url), ["http", "https"].contains(address.scheme) else {
      throw DownloadError.badAddress(url: url)
    }
    var request = URLRequest(url: address, cachePolicy: .reloadIgnoringLocalCacheData)
    // A range of a compressed body would be a range of other bytes.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if part.length > 0 {
      request.setValue("bytes=\(part.length)-", forHTTPHeaderField: "Range")
      if let validator = part.validator(for: url) {
        request.setValue(validator, forHTTPHeaderField: "If-Range")
      }
    }
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.timeoutIntervalForRequest = timeout
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: queue)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: request)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let reached = ending.withLock { ending -> Result<Void, any Error>? in
          if case .reached(let outcome) = ending { return outcome }
          ending = .awaited(continuation)
          return nil
        }
        if let reached { continuation.resume(with: reached) }
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    do {
      try accept(response)
      answered = true
      completionHandler(.allow)
    } catch {
      failure = error
      completionHandler(.cancel)
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil, !hasEnded else { return }
    do {
      guard part.length + data.count <= expected else {
        try part.restart()
        throw DownloadError.wrongContent(url: url, reason: "it has more than \(expected) bytes")
      }
      try part.append(data)
      progress(part.length)
    } catch {
      failure = error
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let outcome: Result<Void, any Error> =
      (failure ?? error.map(translated)).map { .failure($0) } ?? .success(())
    let waiting = ending.withLock { ending -> CheckedContinuation<Void, any Error>? in
      defer { ending = .reached(outcome) }
      if case .awaited(let continuation) = ending { return continuation }
      return nil
    }
    waiting?.resume(with: outcome)
  }

  /// Prepares the partial file for the body of an answer, or throws why it must not be used.
  private func accept(_ response: URLResponse) throws {
    guard let response = response as? HTTPURLResponse else {
      throw DownloadError.unreachable(url: url, reason: "the answer is not HTTP")
    }
    switch response.statusCode {
    case 200:
      try part.restart(url: url, validator: Self.validator(of: response))
    case 206:
      guard Self.start(of: response) == part.length else {
        // The server's idea of the range differs: begin again with the next attempt.
        try part.restart()
        throw DownloadError.brokenOff(
          url: url, received: 0, expected: expected, reason: "the server sent another range")
      }
    case 416:
      // The file ends before the part does, so they are not the same.
      try part.restart()
      throw DownloadError.brokenOff(
        url: url, received: 0, expected: expected, reason: "the server has no such range")
    default:
      throw DownloadError.refused(url: url, status: response.statusCode)
    }
  }

  /// What identifies this version of the file in an If-Range header: a strong ETag, else the date.
  private static func validator(of response: HTTPURLResponse) -> String? {
    if let tag = response.value(forHTTPHeaderField: "ETag"), !tag.hasPrefix("W/") { return tag }
    return response.value(forHTTPHeaderField: "Last-Modified")
  }

  /// The first byte that "Content-Range: bytes first-last/size" names.
  private static func start(of response: HTTPURLResponse) -> Int? {
    guard let range = response.value(forHTTPHeaderField: "Content-Range"),
      range.hasPrefix("bytes ")
    else { return nil }
    return Int(range.dropFirst(6).prefix { $0.isNumber })
  }

  /// Whether the end was announced: bytes that come later belong to no one.
  private var hasEnded: Bool {
    ending.withLock { ending in
      if case .reached = ending { true } else { false }
    }
  }

  private func translated(_ error: any Error) -> any Error {
    let code = (error as? URLError)?.code
    if code == .cancelled { return CancellationError() }
    let reason = (error as NSError).localizedDescription
    return answered
      ? DownloadError.brokenOff(url: url, received: part.length, expected: expected, reason: reason)
      : DownloadError.unreachable(url: url, reason: reason)
  }
}
