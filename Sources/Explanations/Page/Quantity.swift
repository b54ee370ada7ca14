import Foundation

/// A number of an explanation: an element of one of the framework's tensors, with its name.
public struct Quantity: Sendable, Hashable {
  /// What it is called among all numbers of the page: `dx.h1`, `w.3`.
  public let id: String
  /// Its symbol as markup: `∂E/∂x_{h1}`; see `Markup`.
  public let symbol: String
  /// The number itself, as the tensor holds it.
  public let value: Double

  /// A number with its name and symbol.
  public init(_ id: String, _ symbol: String, _ value: Double) {
    self.id = id
    self.symbol = symbol
    self.value = value
  }

  /// The number to nine significant digits, as formulas and tables show it.
  public var text: String { Quantity.text(value, digits: 9) }

  /// The number to six significant digits, as the picture shows it.
  public var shortText: String { Quantity.text(value, digits: 6) }

  /// A number to so many significant digits, without zeros at its end and with a true minus sign.
  static func text(_ value: Double, digits: Int) -> String {
    if value == 0 { return "0" }
    return String(format: "%.\(digits)g", value).replacingOccurrences(of: "-", with: "−")
  }
}
