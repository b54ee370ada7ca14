import Foundation
import TandemReports
import TandemRuns
import Testing

/// Texts of all kinds stay texts.
@Suite struct EscapingTests {
  static let odd = [
    "</script><script>alert(1)</script>", "<!-- <script>", "]]>", "\"quoted\" & 'single'",
    "{{data}} {{title}}", "\u{2028}\u{2029}\u{FFFF}", "back\\slash\n\ttab", "<img src=x onerror=a>",
  ]

  @Test func everyTextComesThroughAsItIs() throws {
    for text in Self.odd {
      let place = try Place()
      let run = try place.makeRun()
      try run.metrics.append(step: 1, epoch: 0, seconds: 0, [text: 2])
      try run.saveSample(tag: "text", step: 1, seed: 1, text: text)
      try run.record(.health(rule: text, severity: .notice, message: text), step: 1)
      try run.finish(.failed, message: text)
      let page = try place.page([run]) { $0.title = text }
      #expect(try page.data()["title"] as? String == text)
      #expect(try page.samples(0).map { $0["text"] as? String } == [text])
      #expect(try page.runs()[0]["message"] as? String == text)
      #expect(try page.points(0, text).map(\.value) == [2])
      let alert = try #require(try page.runs()[0]["health"] as? [[String: Any]]).first
      #expect(alert?["rule"] as? String == text && alert?["message"] as? String == text)
    }
  }

  @Test func noTextAddsAnElement() throws {
    func marks(_ page: ReportPage) -> [Int] {
      ["<script", "</script", "<!--", "<img", "<title"].map { mark in
        page.text.components(separatedBy: mark).count
      }
    }
    let place = try Place()
    let plain = try place.makeRun()
    try plain.finish(.failed, message: "plain")
    let expected = marks(try place.page([plain]) { $0.title = "plain" })
    for text in Self.odd {
      let run = try place.makeRun()
      try run.metrics.append(step: 1, epoch: 0, seconds: 0, [text: 2])
      try run.saveSample(tag: "text", step: 1, seed: 1, text: text)
      try run.finish(.failed, message: text)
      #expect(marks(try place.page([run]) { $0.title = text }) == expected)
    }
  }

  @Test func theTitleElementIsEscaped() throws {
    let place = try Place()
    let page = try place.page([place.makeRun()]) { $0.title = "a <b> & \"c\"" }
    #expect(page.text.contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"))
  }

  @Test func aLibraryMayNameTheElementItStandsIn() throws {
    let place = try Place()
    try write(
      "say('</script>'); x.replace(/</g, '');", to: "\(place.options.libraryFolder)/dygraph.min.js")
    let page = try place.page([place.makeRun()])
    #expect(page.text.contains(#"say('<\/script>'); x.replace(/</g, '');"#))
  }
}
