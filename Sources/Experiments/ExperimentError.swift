/// What an experiment asks for that its data or this machine cannot give: a configuration that is
/// sound by itself and impossible here. Prints as one line.
public struct ExperimentError: Error, Equatable, CustomStringConvertible {
  /// The key of the configuration at fault.
  public let key: String
  /// What is wrong with it.
  public let reason: String

  public var description: String { "\(key): \(reason)" }
}
