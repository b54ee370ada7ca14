import TandemRuns

/// The page without what it is about: layout, style and script of this room, and the library's.
struct PageFrame {
  private let template = PageTemplate(String(decoding: PackageResources.page_html, as: UTF8.self))
  private let fixed: [String: [UInt8]]

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
    fixed = [
      "library-style": SafeText.style(library.style),
      "style": SafeText.style(PackageResources.page_css + PackageResources.tables_css),
      "library": SafeText.script(library.script),
      "script": SafeText.script(script),
    ]
  }

  /// Bytes of the page but for title and content.
  var byteCount: Int { page(title: "", data: [], images: []).count }

  /// The whole page.
  ///
  /// - Parameters:
  ///   - data: JSON that `SafeText.json` made safe, like `images`.
  func page(title: String, data: [UInt8], images: [UInt8]) -> [UInt8] {
    let content = ["title": Array(ReportText.html(title).utf8), "data": data, "images": images]
    return template.filled(with: fixed.merging(content) { $1 })
  }
}
