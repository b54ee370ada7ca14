import Foundation

/// A number as messages show it: four digits.
func shown(_ value: Double) -> String { String(format: "%.4g", value) }
