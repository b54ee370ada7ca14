/// A command line as it can be pasted into a shell.
package struct ShellCommand: CustomStringConvertible, Sendable {
  package let description: String

  /// The command of the given words, quoted where a shell would read them otherwise.
  package init(_ words: [String]) {
    description = words.map(ShellCommand.quoted).joined(separator: " ")
  }

  /// The program as it was called.
  package static var program: String { CommandLine.arguments.first ?? "tandem" }

  private static func quoted(_ word: String) -> String {
    if word.wholeMatch(of: /[A-Za-z0-9_\-+=:,.\/@%]+/) != nil { return word }
    return "'\(word.replacing("'", with: #"'\''"#))'"
  }
}
