/// A page with places to be filled, written `{{name}}`.
package struct PageTemplate: Sendable {
  private enum Part {
    case text(Substring)
    case hole(String)
  }

  private let parts: [Part]

  /// Takes a text apart at its places.
  package init(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "{{"),
      let end = rest[start.upperBound...].firstRange(of: "}}")
    {
      parts.append(.text(rest[..<start.lowerBound]))
      parts.append(.hole(String(rest[start.upperBound..<end.lowerBound])))
      rest = rest[end.upperBound...]
    }
    self.parts = parts + [.text(rest)]
  }

  /// The page in UTF-8 with each place filled by the content of its name; what is put in is not
  /// looked at again, and a place without content stays empty.
  package func filled(with content: [String: [UInt8]]) -> [UInt8] {
    parts.reduce(into: []) { page, part in
      switch part {
      case .text(let text): page += text.utf8
      case .hole(let name): page += content[name] ?? []
      }
    }
  }
}
