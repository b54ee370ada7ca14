import TandemRuns
import Testing

/// Texts of reports and pages.
@Suite struct ReportTextTests {
  @Test func placesOfAPageAreFilledOnce() {
    let template = PageTemplate("<h1>{{title}}</h1>{{data}}{{none}}{ {{title}} }} {{open")
    let page = template.filled(
      with: ["title": Array("{{data}}".utf8), "data": [0xFF], "open": [1]])
    #expect(
      page == Array("<h1>{{data}}</h1>".utf8) + [0xFF] + Array("{ {{data}} }} {{open".utf8))
  }

  @Test func marksOfHTMLAreEscaped() {
    #expect(ReportText.html("a<b> & \"ü\" 'c'") == "a&lt;b&gt; &amp; &quot;ü&quot; 'c'")
  }

  /// A key of a damaged file may be the heading of a column.
  @Test func tablesShowNoControlCharacters() {
    var table = TextTable([("KEY\u{1B}[2J", .left), ("a\u{85}", .right)])
    table.add(["\n", "x\u{7F}"])
    #expect(table.text == "KEY\u{FFFD}[2J  a\u{FFFD}\n\u{FFFD}        x\u{FFFD}")
  }

  @Test func longTextsAreCutInside() {
    #expect("abcdef".shortenedInside(to: 6) == "abcdef")
    #expect("abcdefg".shortenedInside(to: 6) == "abc…fg")
    #expect("ääääääää".shortenedInside(to: 5) == "ää…ää")
  }
}
