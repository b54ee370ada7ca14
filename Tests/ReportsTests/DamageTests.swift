import Foundation
import TandemReports
import TandemRuns
import Testing

/// Damaged runs are shown as far as they can be read, and the page says what could not.
@Suite struct DamageTests {
  @Test func aRunWithoutReadableFilesIsShown() throws {
    let place = try Place()
    let runs = try [1, 2].map { try place.makeRun(["seed": $0]) }
    for run in runs {
      try run.metrics.append(step: 1, epoch: 0, seconds: 0, ["loss": 1])
      try run.finish(.done)
    }
    let broken = runs[1].path
    for name in ["run.json", "config.resolved.json", "env.json"] {
      try write("{", to: "\(broken)/\(name)")
    }
    for name in ["metrics.jsonl", "events.jsonl", "samples/index.jsonl"] {
      try FileManager.default.removeItem(atPath: "\(broken)/\(name)")
    }
    let page = try place.page(runs)
    let told = try page.runs()[1]
    #expect(told["status"] as? String == "damaged")
    #expect(
      told["name"] as? String == runs[1].id.split(separator: "-")[2...].joined(separator: "-"))
    let notes = try page.notes(1)
    for name in [
      "run.json", "config.resolved.json", "env.json", "metrics.jsonl", "events.jsonl",
      "samples/index.jsonl",
    ] {
      #expect(notes.count { $0.contains("\(broken)/\(name)") } == 1, "\(name): \(notes)")
    }
    #expect(try page.notes(0) == [])
    #expect(try page.points(0, "loss").count == 1)
  }

  @Test func rowsThatAreRepeatedOrOutOfOrderComeInOrder() throws {
    let place = try Place()
    let run = try place.makeRun()
    for step in [1, 3, 3, 2] {
      try run.metrics.append(step: step, epoch: 0, seconds: 0, ["loss": Double(step)])
    }
    try run.metrics.append(step: 4, epoch: 0, seconds: 0, ["rate": 1])
    try run.finish(.done)
    let page = try place.page([run])
    #expect(try page.points(0, "loss").map(\.step) == [1, 2, 3, 3])
    #expect(try page.points(0, "loss").map(\.value) == [1, 2, 3, 3])
    #expect(try page.points(0, "rate").map(\.step) == [4])
  }

  @Test func damagedSamplesAreLeftOut() throws {
    let place = try Place()
    let run = try place.makeRun()
    for step in 0..<6 {
      try run.saveSample(
        tag: "fixed", step: step, seed: 1, grid: oneByOne, png: noise(30, seed: UInt64(step)))
    }
    try run.finish(.done)
    func file(_ step: Int) -> String { "\(run.path)/samples/fixed/step-0000000\(step).png" }
    try FileManager.default.removeItem(atPath: file(0))
    try write("no picture", to: file(1))
    // Half of a sheet, and a sheet that is whole but another one.
    let half = try Data(contentsOf: URL(filePath: file(2))).prefix(400)
    try half.write(to: URL(filePath: file(2)))
    try Data(noise(30, seed: 77)).write(to: URL(filePath: file(3)))
    let page = try place.page([run])
    #expect(try page.samples(0).compactMap { $0["step"] as? Int } == [3, 4, 5])
    let notes = try page.notes(0)
    #expect(notes.count == 4)
    #expect(notes[0] == "\(file(0)) cannot be read")
    #expect(notes[1] == "\(file(1)) is damaged: it is no PNG")
    #expect(notes[2].contains(file(2)))
    #expect(notes[3] == "\(file(3)) is not the file that the run recorded")
  }

  @Test func anIndexCannotShowOtherFiles() throws {
    let place = try Place()
    let run = try place.makeRun()
    try run.saveSample(tag: "text", step: 1, seed: 1, text: "words")
    try run.finish(.done)
    let index = "\(run.path)/samples/index.jsonl"
    let row = try String(contentsOfFile: index, encoding: .utf8)
    for name in ["../../../secret.txt", "/etc/hostname", "text/../../run.json", ""] {
      try write(row.replacingOccurrences(of: "text/step-00000001.txt", with: name), to: index)
      let page = try place.page([run])
      #expect(try page.samples(0).isEmpty)
      #expect(try page.notes(0) == ["\(index): '\(name)' is no file of a sample"])
    }
  }

  @Test func aTextThatIsNotUTF8IsShownAsFarAsItCan() throws {
    let place = try Place()
    let run = try place.makeRun()
    try run.saveSample(tag: "text", step: 1, seed: 1, text: "words")
    try run.finish(.done)
    try Data([0x61, 0xFF, 0x62]).write(
      to: URL(filePath: "\(run.path)/samples/text/step-00000001.txt"))
    let page = try place.page([run])
    #expect(try page.samples(0).map { $0["text"] as? String } == ["a\u{FFFD}b"])
    #expect(try page.notes(0).count == 1)
  }
}
