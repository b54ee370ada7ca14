import Foundation
import TandemExperiments
import TandemExplanations
import Testing

/// What articles and READMEs name is there, and the commands that they give are understood.
@Suite struct DocumentationTests {
  /// A command as it is written, without the program's name.
  struct Command: Equatable, CustomTestStringConvertible {
    var words: [String]
    /// Where it stands.
    var file: String

    var testDescription: String { "\(file): tandem \(words.joined(separator: " "))" }

    /// The values of `--set`.
    var overrides: [String] {
      zip(words, words.dropFirst()).filter { $0.0 == "--set" }.map(\.1)
    }
  }

  static let articles = Self.files(in: "docs/Backpropagation.docc")
  static let readmes =
    ["README.md"]
    + Self.folders(in: "experiments").map { "experiments/\($0)/README.md" }

  private static func entries(_ folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(repository)/\(folder)")
    return (names ?? []).sorted()
  }

  private static func files(in folder: String) -> [String] {
    entries(folder).filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
  }

  private static func folders(in folder: String) -> [String] {
    entries(folder).filter { !$0.contains(".") }
  }

  private func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(repository)/\(file)", encoding: .utf8)
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(repository)/\(path)")
  }

  /// The words of a line as a shell takes them apart, up to a comment or another command.
  static func words(_ line: some StringProtocol) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "'" || character == "\"" {
        (quote, word) = (character, word ?? "")
      } else if character == " " {
        if let word { words.append(word) }
        word = nil
      } else if word == nil, "#|&>$".contains(character) {
        break
      } else if character == ";" {
        break
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  /// The commands of the indented lines of a file.
  private func commands(in file: String) throws -> [Command] {
    let joined = try text(file).replacing(/\\\n */, with: "")
    return joined.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("    ") else { return nil }
      let words = Self.words(line)
      // The tree of the source folders begins with the program too.
      guard words.count > 1, words[0] == "tandem", words[1].allSatisfy({ $0.isLetter || $0 == "-" })
      else { return nil }
      return Command(words: Array(words.dropFirst()), file: file)
    }
  }

  /// Every article derives something, and names its file and its command.
  @Test(arguments: articles.filter { !$0.hasSuffix("/Backpropagation.md") })
  func anArticleHasItsParts(_ file: String) throws {
    let text = try text(file)
    for part in ["## Overview", "## In the sources", "## See it"] {
      #expect(text.contains("\n\(part)\n"), "\(part)")
    }
    #expect(try !commands(in: file).isEmpty)
    let name = file.split(separator: "/").last?.dropLast(".md".count) ?? ""
    #expect(try self.text("docs/Backpropagation.docc/Backpropagation.md").contains("<doc:\(name)>"))
    for link in text.matches(of: /<doc:(\w+)>/) {
      #expect(Self.articles.contains("docs/Backpropagation.docc/\(link.1).md"), "\(link.0)")
    }
  }

  /// A path in backticks is a file or a folder: of the repository, or, where it is shorter, of the
  /// room that the article has named before.
  @Test(arguments: articles) func namedFilesExist(_ file: String) throws {
    let all =
      FileManager.default.enumerator(atPath: "\(repository)/Sources")?
      .compactMap { $0 as? String } ?? []
    #expect(all.count > 300)
    var count = 0
    var room = ""
    for match in try text(file).matches(of: /`([\w.+\/-]+)`/) {
      let name = String(match.1)
      if name.hasPrefix("Sources/") || name.hasPrefix("Tests/") {
        #expect(exists(name), "\(name)")
        room = name.split(separator: "/").prefix(2).joined(separator: "/")
        count += 1
      } else if name.hasSuffix(".swift") || name.first?.isUppercase == true && name.contains("/") {
        let found = all.filter { "/\($0)".hasSuffix("/\(name)") }.map { "Sources/\($0)" }
        #expect(found.contains { $0.hasPrefix("\(room)/") }, "\(name) of \(room)")
        count += 1
      }
    }
    #expect(count > 0 || file.hasSuffix("/Backpropagation.md"))
  }

  /// A function or a type in backticks is somewhere in the sources.
  @Test func namedSymbolsExist() throws {
    let swift =
      FileManager.default.enumerator(atPath: "\(repository)/Sources")?
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") } ?? []
    let sources = try swift.map { try text("Sources/\($0)") }.joined(separator: "\n")
    let declared = Set(
      sources.matches(of: /\b(?:func|struct|class|enum|protocol|var|let|case) `?(\w+)/).map {
        String($0.1)
      })
    for file in Self.articles {
      for match in try text(file).matches(of: /`([A-Za-z]+(?:\.[A-Za-z]+)*)(\((?:\w+:)*\))?`/)
      where match.2 != nil || match.1.first?.isUppercase == true {
        for name in match.1.split(separator: ".") where name != "swift" {
          #expect(declared.contains(String(name)), "\(file): \(match.0)")
        }
      }
    }
  }

  /// The program knows every verb, and the verb its options.
  @Test func verbsAndOptionsAreKnown() throws {
    let workplace = try Workplace()
    let all = try (Self.articles + Self.readmes).flatMap { try commands(in: $0) }
    #expect(all.count > 80)
    for (verb, commands) in Dictionary(grouping: all, by: { $0.words[0] }) {
      let help = try workplace.tandem("help", verb)
      #expect(help.status == 0, "\(commands[0])")
      for command in commands {
        for word in command.words where word.hasPrefix("--") {
          let option = word.prefix { $0 != "=" }
          #expect(help.output.contains(option), "\(command): \(option)")
        }
      }
    }
  }

  /// The experiment of a command is there and takes the overrides.
  @Test(arguments: articles + readmes) func experimentsTakeTheOverrides(_ file: String) throws {
    for command in try commands(in: file) {
      guard let directory = command.words.dropFirst().first(where: { $0.hasPrefix("experiments/") })
      else { continue }
      let path = "\(repository)/\(directory)"
      #expect(throws: Never.self, "\(command)") {
        if command.words[0] == "explain" {
          _ = try Explanation(directory: path, overrides: command.overrides)
        } else {
          _ = try Experiment(directory: path, overrides: command.overrides)
        }
      }
    }
  }

  /// Pictures and other files that a README links to are there.
  @Test(arguments: articles + readmes) func linkedFilesExist(_ file: String) throws {
    let folder = URL(filePath: "\(repository)/\(file)").deletingLastPathComponent()
    for match in try text(file).matches(of: /\]\(([^)#\s]+)\)/) where !match.1.contains(":") {
      let target = folder.appending(path: String(match.1)).path(percentEncoded: false)
      #expect(FileManager.default.fileExists(atPath: target), "\(match.1)")
    }
  }

  @Test func linesAreTakenApart() {
    #expect(
      Self.words("    run a --set 'x={k: 1, m: [2]}' --set \"y=2\"   # why") == [
        "run", "a", "--set", "x={k: 1, m: [2]}", "--set", "y=2",
      ])
    #expect(Self.words("ls --trash; tandem restore a") == ["ls", "--trash"])
    #expect(Self.words("rm $(tandem ls --ids)") == ["rm"])
    #expect(Self.words("ls --where 'a<1' > list.txt") == ["ls", "--where", "a<1"])
  }
}
