import Foundation
import TandemRuns
import TandemTensors

/// An operation that PyTorch has computed, forward and backward: one case of a file of
/// Tests/References, whose README says how they were made.
public struct ReferenceCase: Sendable, CustomStringConvertible {
  public let operation: String
  public let name: String
  fileprivate let parameters: [String: Parameter]
  /// The tensors by name: float64, indices int32.
  public let tensors: [String: Tensor]

  public var description: String { "\(operation)/\(name)" }

  /// A parameter of the operation; a trap, like the others below, where the case has none such.
  public func int(_ name: String) -> Int { Int(double(name)) }
  public func double(_ name: String) -> Double { self[name].numbers[0] }
  public func bool(_ name: String) -> Bool { self[name].flag }
  public func text(_ name: String) -> String { self[name].text }
  public func ints(_ name: String) -> [Int] { self[name].numbers.map { Int($0) } }
  public func size(_ name: String) -> ConvolutionGeometry.Size {
    .init(ints(name)[0], ints(name)[1])
  }

  /// A tensor of the case.
  public func tensor(_ name: String) -> Tensor {
    guard let tensor = tensors[name] else { fatalError("\(self) has no tensor '\(name)'") }
    return tensor
  }

  private subscript(name: String) -> Parameter {
    guard let parameter = parameters[name] else { fatalError("\(self) has no parameter '\(name)'") }
    return parameter
  }
}

/// A number, a list of numbers, a truth value or a word.
private enum Parameter: Decodable, Sendable {
  case numbers([Double])
  case flag(Bool)
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .numbers([number])
    } else if let list = try? container.decode([Double].self) {
      self = .numbers(list)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  var numbers: [Double] {
    guard case .numbers(let numbers) = self else { fatalError("\(self) is no number") }
    return numbers
  }

  var flag: Bool {
    guard case .flag(let flag) = self else { fatalError("\(self) is no truth value") }
    return flag
  }

  var text: String {
    guard case .text(let text) = self else { fatalError("\(self) is no word") }
    return text
  }
}

/// A file of Tests/References.
public enum ReferenceGroup: String, Sendable, CaseIterable {
  case unary, binary, reductions, matrices, movement
  case convolution
  case transposedConvolution = "transposed-convolution"
  case pooling, upsampling, normalisation, losses, optimizers, schedules, recurrent

  /// The folder of the files.
  public static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "References")

  /// The cases of the file, in its order.
  public func cases() throws -> [ReferenceCase] {
    struct List: Decodable {
      struct Case: Decodable {
        let op: String
        let `case`: String
        let parameters: [String: Parameter]
        let tensors: [String]
      }
      let cases: [Case]
    }
    let file = ReferenceGroup.folder.appending(path: rawValue)
    let list = try JSONDecoder().decode(
      List.self, from: Data(contentsOf: file.appendingPathExtension("json")))
    let stored = try SafetensorsFile(
      contentsOf: file.appendingPathExtension("safetensors").path(percentEncoded: false))
    return try list.cases.map { row in
      let tensors = try row.tensors.map { name in
        (name, try tensor("\(row.op)/\(row.case)/\(name)", in: stored))
      }
      return ReferenceCase(
        operation: row.op, name: row.case, parameters: row.parameters,
        tensors: Dictionary(uniqueKeysWithValues: tensors))
    }
  }

  private func tensor(_ name: String, in file: SafetensorsFile) throws -> Tensor {
    struct Missing: Error { let name: String }
    guard let found = file[name], let dtype = DType(found.type) else { throw Missing(name: name) }
    return file.withBytes(of: found) { Tensor(bytes: $0, Shape(found.shape), dtype) }
  }
}
