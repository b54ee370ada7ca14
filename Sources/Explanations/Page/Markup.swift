import TandemRuns

/// Text with subscripts and superscripts, written `x_{h1}` and `y^{2}`.
struct Markup {
  /// Where a part stands.
  enum Level: String {
    case base = ""
    case lower = "sub"
    case upper = "sup"
  }

  /// How large letters are that stand lower or higher, beside the others; `svg .small` has it too.
  static let smallSize = 0.8

  /// The parts in their order, none of them empty.
  let parts: [(text: String, level: Level)]

  /// Reads markup; a `_` or `^` without a brace behind it stands for itself.
  init(_ source: String) {
    var parts: [(String, Level)] = []
    var rest = Substring(source)
    func isMark(_ index: String.Index) -> Bool {
      (rest[index] == "_" || rest[index] == "^") && rest[index...].dropFirst().first == "{"
    }
    while !rest.isEmpty {
      if isMark(rest.startIndex) {
        let level: Level = rest.first == "_" ? .lower : .upper
        rest = rest.dropFirst(2)
        parts.append((String(rest.prefix { $0 != "}" }), level))
        rest = rest.drop { $0 != "}" }.dropFirst()
      } else {
        let end = rest.indices.first(where: isMark) ?? rest.endIndex
        parts.append((String(rest[..<end]), .base))
        rest = rest[end...]
      }
    }
    self.parts = parts.filter { !$0.0.isEmpty }
  }

  /// The text for a terminal: `x_h1`, `y²`.
  var plain: String {
    parts.map { text, level in
      switch level {
      case .base: text
      case .lower: "_" + text
      case .upper: text == "2" ? "²" : text == "T" ? "ᵀ" : "^" + text
      }
    }.joined()
  }

  /// The text as HTML.
  var html: String {
    parts.map { text, level in
      level == .base
        ? text.escaped : "<\(level.rawValue)>\(text.escaped)</\(level.rawValue)>"
    }.joined()
  }

  /// The text as parts of an SVG text: shifts are by `dy`, which every browser knows.
  var svg: String {
    var result = ""
    // In units of the line's letters; a part with smaller ones counts in its own.
    var shift = 0.0
    for (text, level) in parts {
      let wanted = level == .base ? 0.0 : level == .lower ? 0.22 : -0.36
      if level == .base && shift == 0 {
        result += text.escaped
      } else if level == .base {
        result += "<tspan dy=\"\(Markup.em(-shift))\">\(text.escaped)</tspan>"
      } else {
        let move = Markup.em((wanted - shift) / Markup.smallSize)
        result += "<tspan dy=\"\(move)\" class=\"small\">\(text.escaped)</tspan>"
      }
      shift = wanted
    }
    return result
  }

  private static func em(_ value: Double) -> String { "\((value * 100).rounded() / 100)em" }
}

extension String {
  /// The text with what HTML would read as marks written as entities.
  var escaped: String { ReportText.html(self) }
}
