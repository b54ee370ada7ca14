/// The page without what it is about: layout, style and script of this room, and the library's.
struct PageTemplate {
  private let parts: [Part]

  private enum Part {
    case bytes([UInt8])
    case hole(String)
  }

  /// Puts the room's files and the library together.
  init(library: ChartLibrary) {
    // The scripts share one scope, and the page's global one stays empty.
    let scripts = [
      PackageResources.data_js, PackageResources.controls_js, PackageResources.curves_js,
      PackageResources.chart_js, PackageResources.samples_js, PackageResources.tables_js,
      PackageResources.page_js,
    ]
    let script =
      Array("(() => {\n\"use strict\";\n".utf8) + scripts.joined(separator: Array("\n".utf8))
      + Array("})();".utf8)
    let fixed = [
      "library-style": Markup.style(library.style),
      "style": Markup.style(PackageResources.page_css + PackageResources.tables_css),
      "library": Markup.script(library.script),
      "script": Markup.script(script),
    ]
    parts = Self.pieces(of: PackageResources.page_html).map { piece in
      if case .hole(let name) = piece, let content = fixed[name] { return .bytes(content) }
      return piece
    }
  }

  /// Bytes of the page but for title and content.
  var byteCount: Int {
    parts.reduce(0) { total, part in
      if case .bytes(let bytes) = part { total + bytes.count } else { total }
    }
  }

  /// The whole page.
  ///
  /// - Parameters:
  ///   - data: JSON that `Markup.json` made safe, like `images`.
  func page(title: String, data: [UInt8], images: [UInt8]) -> [UInt8] {
    let title = Markup.text(title)
    var page: [UInt8] = []
    page.reserveCapacity(byteCount + title.count + data.count + images.count)
    for part in parts {
      switch part {
      case .bytes(let bytes): page += bytes
      case .hole("title"): page += title
      case .hole("data"): page += data
      case .hole("images"): page += images
      case .hole: break
      }
    }
    return page
  }

  /// A text taken apart at its `{{name}}`.
  private static func pieces(of template: [UInt8]) -> [Part] {
    let text = String(decoding: template, as: UTF8.self)
    var pieces: [Part] = []
    for (index, piece) in text.split(separator: "{{", omittingEmptySubsequences: false).enumerated()
    {
      let halves = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
      if index == 0 || halves.count < 2 {
        pieces.append(.bytes(Array(piece.utf8)))
      } else {
        pieces.append(.hole(String(halves[0])))
        pieces.append(.bytes(Array(halves[1].utf8)))
      }
    }
    return pieces
  }
}
