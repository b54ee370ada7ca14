import ArgumentParser
import TandemExperiments
import TandemRuns

struct Tag: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Give a run tags, take them away, or print them.",
    discussion: """
      A tag is a word; `tandem ls --tag WORD` finds the run by it.

      Examples:

        tandem tag @last paper good
        tandem tag brave-otter good --remove
      """)

  @Argument(help: .run, completion: .runs)
  var name: String

  @Argument(
    help: ArgumentHelp("Tags; prints those there are without any.", valueName: "tag"),
    completion: .tags)
  var tags: [String] = []

  @Flag(help: "Take the tags away.")
  var remove = false

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if remove, tags.isEmpty { throw ValidationError("--remove takes the tags to take away.") }
    if let tag = tags.first(where: { !RunLabels.isTag($0) }) {
      throw ValidationError("A tag is a word without commas, not '\(tag)'.")
    }
  }

  func run() throws {
    let path = try root.store.find(name)
    let labels =
      if tags.isEmpty {
        try RunLabels(directory: path)
      } else if remove {
        try RunLabels.remove(tags, from: path)
      } else {
        try RunLabels.add(tags, to: path)
      }
    let report = LabelsReport(path: path, labels)
    if json {
      print(try report.json())
    } else if !report.text.isEmpty {
      print(report.text)
    }
  }
}

struct Note: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a note on a run, or print it.")

  @Argument(help: .run, completion: .runs)
  var name: String

  @Argument(help: "The note, in place of one that is there; an empty one takes it away.")
  var text: String?

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let path = try root.store.find(name)
    let labels =
      if let text {
        try RunLabels.setNote(text, of: path)
      } else {
        try RunLabels(directory: path)
      }
    if json {
      print(try LabelsReport(path: path, labels).json())
    } else if text == nil, let note = labels.note {
      // A note may have lines, but moves no cursor.
      print(
        note.split(separator: "\n", omittingEmptySubsequences: false)
          .map { String($0).visible }.joined(separator: "\n"))
    }
  }
}
