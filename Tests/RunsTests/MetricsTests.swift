import Foundation
import TandemRuns
import TestDisks
import Testing

private func history(_ text: String) throws -> MetricsHistory {
  try withFolder { folder in
    try write(text, to: "\(folder)/metrics.jsonl")
    return try MetricsHistory(contentsOf: "\(folder)/metrics.jsonl")
  }
}

private func row(_ step: Int, session: Int = 1, _ value: Double = 0) -> String {
  #"{"s":\#(step),"e":0,"t":0,"n":\#(session),"m":{"a":\#(value)}}"# + "\n"
}

@Suite struct MetricsTests {
  @Test func rowsAreWrittenAsDocumented() throws {
    try withFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let log = try MetricsLog(path: path, session: 2)
      try log.append(
        step: 120, epoch: 1.5, seconds: 8.250049,
        floats: ["loss/g": .nan, "loss/d": 0.6931472])
      try log.append(
        step: 121, epoch: 2, seconds: 1e5,
        ["b": .infinity, "a\"": -.infinity, "c": 0.1 + 0.2, "d": 1e-7, "e": -0.0, "f": 10])
      try log.append(step: 122, epoch: 2, seconds: 0, [:])
      try log.close()
      #expect(
        try text(of: path) == #"""
          {"s":120,"e":1.5,"t":8.25,"n":2,"m":{"loss/d":0.6931472,"loss/g":"NaN"}}
          {"s":121,"e":2,"t":100000,"n":2,"m":{"a\"":"-Infinity","b":"Infinity","c":0.30000000000000004,"d":1e-07,"e":-0,"f":10}}
          {"s":122,"e":2,"t":0,"n":2,"m":{}}

          """#)
      let read = try MetricsHistory(contentsOf: path)
      #expect(read.skipped == [])
      #expect(read.steps == [120, 121, 122])
      #expect(read.epochs == [1.5, 2, 2])
      #expect(read.seconds == [8.25, 100_000, 0])
      #expect(read.keys == ["a\"", "b", "c", "d", "e", "f", "loss/d", "loss/g"])
      #expect(read.series("c")?.values == [0.1 + 0.2])
      #expect(read.series("a\"")?.values == [-.infinity])
      #expect(read.series("loss/g")?.values.first?.isNaN == true)
      #expect(read.series("e")?.values.first?.sign == .minus)
      #expect(read.series("none") == nil)
      #expect(Float(try #require(read.last["loss/d"])) == 0.6931472)
    }
  }

  /// Doubles of every size and their neighbours come back to the bit.
  @Test func doublesComeBackToTheBit() throws {
    var values: [Double] = [
      .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi, 0x1p53,
      0x1p53 + 2, 0x1p53 * 13, 123_456_789_012_345_680, 1e22, 1e23, 0.1, 1 / 3,
    ]
    var state: UInt64 = 88_172_645_463_325_252
    while values.count < 20_000 {
      // xorshift64
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let value = Double(bitPattern: state)
      if value.isFinite { values.append(value) }
      values.append(Double(Int64(bitPattern: state) % 1_000_000_000) / 1e6)
    }
    values += values.map { -$0 }
    try withFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let log = try MetricsLog(path: path, session: 1)
      for value in values { try log.append(step: 0, epoch: 0, seconds: 0, ["x": value]) }
      try log.close()
      let read = try #require(try MetricsHistory(contentsOf: path).series("x"))
      #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test func laterSessionsReplaceEarlierRows() throws {
    var text = (1...6).map { row($0, Double($0)) }.joined()
    text += row(4, session: 2, 40) + row(5, session: 2, 50)
    text += row(5, session: 3, 500) + row(6, session: 3, 600)
    let read = try history(text)
    #expect(read.series("a")?.values == [1, 2, 3, 40, 500, 600])
    #expect(read.steps == [1, 2, 3, 4, 5, 6])
    #expect(read.sessions == [1, 1, 1, 2, 3, 3])
    #expect(read.count == 6)
  }

  /// A flipped digit of a session must not hide the rows behind it without a word.
  @Test func rowsOfAnEarlierSessionBehindALaterOneAreTold() throws {
    let read = try history(row(1, 1) + row(2, session: 9, 2) + row(3, 3) + row(4, 4))
    #expect(read.series("a")?.values == [1, 2])
    #expect(read.skipped.map(\.line) == [3, 4])
    #expect(read.skipped.first?.reason.contains("a row of session 1 behind a later one") == true)
  }

  @Test func seriesKeepTheirRowsWhenOthersAreDropped() throws {
    let read = try history(
      """
      {"s":1,"e":0,"t":0,"n":1,"m":{"a":1,"b":10}}
      {"s":2,"e":0,"t":0,"n":1,"m":{"b":20}}
      {"s":3,"e":0,"t":0,"n":1,"m":{"gone":1}}
      {"s":2,"e":0,"t":0,"n":2,"m":{"a":2}}

      """)
    #expect(read.series("a")?.steps == [1, 2])
    #expect(read.series("b")?.steps == [1])
    #expect(read.keys == ["a", "b"])
    #expect(read.last == ["a": 2, "b": 10])
  }

  @Test func damagedLinesAreSkippedAndNamed() throws {
    let bad = [
      "", "{", "[]", #"{"s":1}"#, #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":1}"#,
      #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":01}}"#, #"{"s":1.5,"e":0,"t":0,"n":1,"m":{}}"#,
      #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":"x"}}"#, #"{"s":1,"e":0,"t":0,"n":1,"m":{}} x"#,
      #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":0x1}}"#, #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":1,}}"#,
      #"{"s":99999999999999999999,"e":0,"t":0,"n":1,"m":{}}"#, "{\"s\u{0}\":1}",
      #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":nan}}"#, #"{"s":1,"e":0,"t":0,"n":1,"m":{"a":-}}"#,
    ]
    let read = try history(row(1) + bad.joined(separator: "\n") + "\n" + row(2))
    #expect(read.steps == [1, 2])
    // An empty line is no damage.
    #expect(read.skipped.map(\.line) == Array(3...(bad.count + 1)))
    #expect(read.skipped[2].reason.hasPrefix("a row needs s, n and m"))
    #expect(read.skipped[4].reason == "number expected at byte 34")
  }

  @Test func otherMembersAndSpacesAreAccepted() throws {
    let read = try history(
      #" { "m" : { "\u0061" : 1E2 , "b":"NaN" } , "x" : [ { "y" : [null,true,false,"]"] } ] , "#
        + #""n" : 1 , "s" : -3 }"# + "\r\n")
    #expect(read.skipped == [])
    #expect(read.steps == [-3])
    #expect(read.series("a")?.values == [100])
  }

  @Test func aTornLastLineWaitsForItsEnd() throws {
    try withFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let whole = Array((row(1, 1) + row(2, 2) + row(3, 3)).utf8)
      for cut in 0...whole.count {
        try Data(whole.prefix(cut)).write(to: URL(fileURLWithPath: path))
        var reader = MetricsReader(path: path)
        let came = try reader.readOn()
        let complete = whole.prefix(cut).filter { $0 == 10 }.count
        #expect(came == (complete > 0))
        #expect(reader.history.count == complete)
        try Data(whole).write(to: URL(fileURLWithPath: path))
        #expect(try reader.readOn() == (complete < 3))
        #expect(reader.history.series("a")?.values == [1, 2, 3])
        #expect(reader.history.skipped == [])
      }
    }
  }

  @Test func aTornLineOfACrashHarmsOnlyItself() throws {
    try withFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      try write(row(1) + #"{"s":2,"e"#, to: path)
      let log = try MetricsLog(path: path, session: 2)
      try log.append(step: 2, epoch: 0, seconds: 0, ["a": 5])
      try log.close()
      let read = try MetricsHistory(contentsOf: path)
      #expect(read.steps == [1, 2])
      #expect(read.skipped.map(\.line) == [2])
    }
  }

  @Test func rowsAppearWithoutAFlushAndAreNotLostOnAFullDisk() throws {
    try withFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let log = try MetricsLog(path: path, session: 1, delay: 0.05)
      try log.append(step: 1, epoch: 0, seconds: 0, ["a": 1])
      var waited = 0
      while try MetricsHistory(contentsOf: path).count == 0, waited < 200 {
        usleep(10_000)
        waited += 1
      }
      #expect(try MetricsHistory(contentsOf: path).count == 1)

      // Operation 0 opens the log; of the writes that follow, each passes half of its bytes.
      let other = "\(folder)/other.jsonl"
      let faulty = FaultyFileSystem(failingAfter: 3, persistent: false)
      let second = try MetricsLog(path: other, session: 1, delay: 60, fileSystem: faulty)
      try second.append(step: 1, epoch: 0, seconds: 0, ["a": 1])
      try second.append(step: 2, epoch: 0, seconds: 0, ["a": 2])
      #expect(
        message { try second.flush() } == "cannot write \(other): No space left on device")
      #expect(try MetricsHistory(contentsOf: other).count == 1)
      try second.append(step: 3, epoch: 0, seconds: 0, ["a": 3])
      try second.close()
      #expect(
        try text(of: other) == row(1, 1).replacing("1.0", with: "1")
          + row(2, 2).replacing("2.0", with: "2") + row(3, 3).replacing("3.0", with: "3"))
    }
  }

  @Test func aFullDeviceIsNamed() throws {
    let log = try MetricsLog(path: "/dev/full", session: 1, delay: 60)
    try log.append(step: 1, epoch: 0, seconds: 0, ["a": 1])
    #expect(message { try log.flush() } == "cannot write /dev/full: No space left on device")
  }
}
