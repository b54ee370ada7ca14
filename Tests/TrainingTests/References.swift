import Foundation
import TandemRuns
import TandemTensors

/// The cases of a file in `Tests/References`.
struct References {
  struct Case: Decodable, CustomStringConvertible {
    let op: String
    let `case`: String
    let parameters: [String: Value]

    var description: String { "\(op) \(`case`)" }

    func number(_ name: String) -> Double? {
      guard case .number(let value) = parameters[name] else { return nil }
      return value
    }

    func flag(_ name: String) -> Bool { parameters[name] == .flag(true) }
  }

  enum Value: Decodable, Equatable {
    case flag(Bool)
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  private struct Listing: Decodable {
    let cases: [Case]
  }

  let cases: [Case]
  private let file: SafetensorsFile

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "References")
    let listing = try Data(contentsOf: folder.appending(path: "\(name).json"))
    cases = try JSONDecoder().decode(Listing.self, from: listing).cases
    file = try SafetensorsFile(contentsOf: folder.appending(path: "\(name).safetensors").path)
  }

  /// The cases of the given operations.
  func cases(of ops: String...) -> [Case] { cases.filter { ops.contains($0.op) } }

  /// A float64 tensor of a case.
  func tensor(_ name: String, of example: Case) throws -> Tensor {
    let key = "\(example.op)/\(example.case)/\(name)"
    guard let entry = file[key], entry.type == .f64 else { throw Missing(name: key) }
    return file.withBytes(of: entry) { Tensor(bytes: $0, Shape(entry.shape), .float64) }
  }

  struct Missing: Error {
    let name: String
  }
}

/// The greatest distance between elements; infinite where shapes differ or a number is none.
func distance(_ a: Tensor, _ b: Tensor) -> Double {
  guard a.shape == b.shape else { return .infinity }
  let distances = zip(a.values, b.values).map { abs($0 - $1) }
  return distances.contains { $0.isNaN } ? .infinity : distances.max() ?? 0
}

/// Slice `index` of the first axis.
func slice(_ x: Tensor, _ index: Int) -> Tensor {
  let count = x.count / x.shape[0]
  return Tensor(
    Array(x.values[(index * count)..<((index + 1) * count)]), Shape(Array(x.shape.dropFirst())),
    x.dtype)
}
