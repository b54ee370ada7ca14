import Foundation
import TandemCharts
import TandemExplanations
import Testing

/// What holds for the page of every experiment.
@Suite struct PageTests {
  /// The formulas, evaluated as they stand on the page, give the tensors' numbers: the symbols are
  /// those of what was computed. They add in another order, hence the few roundings.
  @Test(arguments: explained) func formulasGiveTheNumbers(_ name: String) throws {
    try checkFormulas(try explanation(of: name))
  }

  /// A formula reads only what was given or computed before it, so that nothing on the page is
  /// taken from a step that is yet to come.
  @Test(arguments: explained) func stepsFollowEachOther(_ name: String) throws {
    let page = try explanation(of: name)
    let first = page.firstSteps
    for (index, step) in page.steps.enumerated() {
      for formula in step.formulas {
        for case .number(let quantity) in formula.expression.numbers {
          #expect(
            first[quantity.id] ?? 0 <= index + 1, "step \(index + 1) reads \(quantity.id)")
        }
      }
    }
  }

  /// No two signs stand side by side: a negative number behind another sign is in parentheses.
  @Test(arguments: explained) func signsAreApart(_ name: String) throws {
    let text = try explanation(of: name).text
    for signs in ["+ −", "− −", "· −", "/ −"] { #expect(!text.contains(signs), "\(signs)") }
  }

  /// Each number that the page shows has all digits of the tensor's element beside it, and shows
  /// it rounded.
  @Test(arguments: explained) func pageShowsTheNumbers(_ name: String) throws {
    let page = try explanation(of: name)
    let values = page.values
    var shown: Set<String> = []
    let pattern = /data-id="([^"]+)" data-value="([^"]+)" data-from="(\d+)">([^<]*)</
    for match in page.html().matches(of: pattern) {
      let id = String(match.1)
      let value = try #require(values[id], "\(id)")
      #expect(Double(match.2) == value, "\(id)")
      let text = match.4.replacing("−", with: "-")
      let number = try #require(Double(text), "\(id): \(text)")
      #expect(abs(number - value) <= 5e-6 * abs(value), "\(id): \(text) for \(value)")
      #expect(Int(match.3) == page.firstSteps[id] ?? 0, "\(id)")
      shown.insert(id)
    }
    #expect(shown == Set(values.keys))
  }

  /// The page is one file that asks for nothing else.
  @Test(arguments: explained) func pageStandsAlone(_ name: String) throws {
    let html = try explanation(of: name).html()
    #expect(!html.contains("{{"))
    for mark in ["http:", "https:", "src=", "@import", "url("] {
      #expect(!html.contains(mark), "\(mark)")
    }
    for tag in ["section", "g", "table", "svg", "p", "text", "tspan", "span"] {
      let opened = html.matches(of: try Regex("<\(tag)[ >]")).count
      #expect(opened == html.matches(of: try Regex("</\(tag)>")).count, "\(tag)")
    }
  }

  /// Nothing is loaded, whatever the page holds.
  @Test(arguments: explained) func nothingMayBeLoaded(_ name: String) throws {
    let html = try explanation(of: name).html()
    #expect(
      html.contains(
        /<meta http-equiv="Content-Security-Policy"\s+content="default-src 'none'; img-src data:;/))
    let policy = try #require(html.firstRange(of: "Content-Security-Policy"))
    let script = try #require(html.firstRange(of: "<script"))
    let style = try #require(html.firstRange(of: "<style"))
    #expect(policy.upperBound < min(script.lowerBound, style.lowerBound))
  }

  static let odd = [
    "</script><script>alert(1)</script>", "<!-- <script>", "\"quoted\" & 'single'",
    "{{steps}} {{title}}", "<img src=x onerror=a>", "x_{<b>}^{</sup><img>}", "<b",
  ]

  /// Title and notes are texts, whatever stands in them.
  @Test(arguments: odd) func textsStayTexts(_ text: String) throws {
    func marks(_ html: String) -> [Int] {
      [
        "<script", "</script", "<!--", "<img", "<title", "<b", "{{", "<p>", "<section", "<text",
      ].map { html.components(separatedBy: $0).count }
    }
    func page(_ text: String) throws -> Explanation {
      let quoted = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
        .replacing("\\/", with: "/")
      return try explanation(of: "explain-lstm", "title=\(quoted)", "notes=[\(quoted)]")
    }
    let (plain, odd) = (try page("plain"), try page(text))
    #expect(odd.title == text && odd.notes == [text])
    let braces = text.components(separatedBy: "{{").count - 1
    var expected = marks(plain.html())
    // In the title element, the heading and the note.
    expected[6] += 3 * braces
    #expect(marks(odd.html()) == expected)
    #expect(try ExplanationReport(odd).json().contains("\"title\""))
  }

  @Test func titlesAreEscaped() throws {
    let html = try explanation(of: "explain-rnn", "title='a <b> & \"c\"'", "notes=['1 < 2_{<i>}']")
      .html()
    #expect(html.contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"))
    #expect(html.contains("<h1>a &lt;b&gt; &amp; &quot;c&quot;</h1>"))
    #expect(html.contains("<p>1 &lt; 2<sub>&lt;i&gt;</sub></p>"))
  }

  /// A layer's name, which becomes part of ids, is letters and no marks.
  @Test func namesAreLetters() {
    #expect(throws: (any Error).self) {
      try explanation(of: "explain-two-layer", "layers.0.name='<b>'")
    }
  }

  @Test(arguments: explained) func pictureIsDrawn(_ name: String) throws {
    let page = try explanation(of: name)
    let chart = ExplanationChart(page)
    let picture = try chart.picture(width: chart.size.width, height: chart.size.height)
    #expect(Set(picture.pixels).count > 20)
    #expect(try chart.png().starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }

  /// Parts of the picture that a step lights are there, and no two have one name.
  @Test(arguments: explained) func litPartsExist(_ name: String) throws {
    let page = try explanation(of: name)
    let parts = page.html().matches(of: /data-part="([^"]+)"/).map { String($0.1) }
    #expect(Set(parts).count == parts.count)
    for step in page.steps {
      #expect(!step.lit.isEmpty, "\(step.title)")
      #expect(Set(step.lit).isSubset(of: parts), "\(step.title): \(step.lit)")
    }
  }

  @Test func reportHoldsEveryNumber() throws {
    let page = try explanation(of: "explain-two-layer")
    let json = try ExplanationReport(page).json()
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let numbers = try #require(object["numbers"] as? [[String: Any]])
    #expect(numbers.count == page.quantities.count)
    #expect((object["steps"] as? [Any])?.count == page.steps.count)
  }
}

/// Expects each formula of a page to have the value that stands behind it.
func checkFormulas(_ page: Explanation) throws {
  var count = 0
  for step in page.steps {
    for formula in step.formulas {
      let (a, b) = (formula.expression.value, formula.result.value)
      #expect(abs(a - b) <= 1e-14 * max(1, abs(b)), "\(formula.result.id): \(a), not \(b)")
      count += 1
    }
  }
  #expect(count > 0)
}
