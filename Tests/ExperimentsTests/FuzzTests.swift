import Foundation
import TandemExperiments
import TandemRuns
import TestDisks
import Testing

/// Damaged runs of experiments: each verb reads them as far as they go, and says in a line what it
/// could not read.
@Suite struct FuzzTests {
  /// 7,200 cases, drawn by the same numbers at every run of the test; the files hold times and ids of
  /// their own.
  @Test(arguments: [false, true], 0..<4)
  func noDamageCrashesAVerb(_ isText: Bool, _ part: Int) throws {
    let runs = try FuzzedRuns(isText: isText)
    var random = FuzzGenerator(seed: UInt64(part))
    for index in 0..<900 {
      let (turn, place) = index.quotientAndRemainder(dividingBy: runs.files.count)
      let (file, verb) = (runs.files[place], FuzzedVerb.allCases[turn % FuzzedVerb.allCases.count])
      let damage = try #require(Damage.allCases.randomElement(using: &random))
      let url = URL(filePath: "\(runs.path)/\(file)")
      let original = try Data(contentsOf: url)
      let damaged = damage.applied(to: Array(original), &random)
      try Data(damaged).write(to: url)
      let comment: Comment = "\(verb), case \(index) of part \(part): \(damage) of \(file)"
      let (printed, said) = verb.carryOut(on: runs, damaged: file)
      for text in printed { expectText(text, comment) }
      for line in said { expectText(line, comment, isLine: true) }
      if damaged != Array(original), verb.tells(damage, of: file) {
        #expect(!said.isEmpty, comment)
      }
      try original.write(to: url)
    }
    for verb in FuzzedVerb.allCases {
      let said = verb.carryOut(on: runs, damaged: nil).said
      #expect(said == [], "\(verb), healed")
    }
    #expect(try ReplayReport(path: runs.path, step: runs.step).isSame)
  }

  /// Checks that a terminal can show a text.
  private func expectText(_ text: String, _ comment: Comment, isLine: Bool = false) {
    let isClean = text.unicodeScalars.allSatisfy {
      ($0 == "\n" && !isLine) || $0.properties.generalCategory != .control
    }
    #expect(!text.isEmpty && isClean, "\(comment): \(text.prefix(2000).debugDescription)")
  }
}
