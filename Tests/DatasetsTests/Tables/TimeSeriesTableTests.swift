import TandemDatasets
import Testing

@Suite struct TimeSeriesTableTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private func table(
    _ csv: String, _ columns: [TimeSeriesTable.Column]? = nil, _ format: CSVFormat = .init()
  ) throws -> TimeSeriesTable {
    try TimeSeriesTable(
      contentsOf: scratch.write(Array(csv.utf8), "series.csv"), columns: columns, format)
  }

  private func damage(_ csv: String, _ reason: String) {
    #expect(throws: DatasetError.damaged(path: scratch.path + "/series.csv", reason: reason)) {
      try table(csv)
    }
  }

  @Test func theLastColumnIsReadUnlessOneIsChosen() throws {
    let csv =
      "\u{FEFF}\"Month\",\"Pass, all\",low\r\n# a note\r\n\"1949-01\",112,1.5\r\n\r\n1949-02, 118 ,-2e1\r\n"
    let last = try table(csv)
    #expect(last.columns == ["low"] && last.values == [[1.5, -20]] && last.count == 2)
    #expect(last.name == scratch.path + "/series.csv")
    let named = try table(csv, [.named("Pass, all"), .named("low")])
    #expect(named.columns == ["Pass, all", "low"] && named.values == [[112, 118], [1.5, -20]])
    #expect(try table(csv, [.number(2)]).values == [[112, 118]])
  }

  @Test func aHeaderIsFoundOrTold() throws {
    #expect(try table("1,2\n3,4").columns == ["column 2"])
    #expect(try table("1,2\n3,4").values == [[2, 4]])
    #expect(try table("1,2\n3,4", [.named("1")]).values == [[3]])
    #expect(try table("1,2\n3,4", nil, .init(hasHeader: true)).values == [[4]])
    damage("a,b\nc,d\n", "line 2: 'd' is not a number in column 'b'")
    #expect(throws: DatasetError.self) { try table("a,b\n", nil, .init(hasHeader: false)) }
    #expect(throws: DatasetError.self) {
      try table("a,b\n1,2", [.named("b")], .init(hasHeader: false))
    }
  }

  @Test func quotedFieldsHoldAnything() throws {
    let csv = "\"a \"\"x\"\"\nline\",v\n\"p,q\" , \"7\"\n#\"\n,8"
    let read = try table(csv, [.named("v")])
    #expect(read.values == [[7, 8]])
    let error = #expect(throws: DatasetError.self) { try table(csv, [.named("w")]) }
    #expect(error?.description.contains("no column 'w'; line 1 names a \"x\"\nline, v") == true)
  }

  @Test func otherDelimitersAndComments() throws {
    let semicolons = CSVFormat(delimiter: ";", comment: "%")
    #expect(try table("t;x\n% no\n1;2.5\n2;3", nil, semicolons).values == [[2.5, 3]])
    let tabs = CSVFormat(delimiter: "\t", comment: nil)
    #expect(try table("#t\tx\n\t2\n2\t3", nil, tabs).values == [[2, 3]])
    for delimiter in ["\"", ".", "\n", "é"] as [Character] {
      #expect(throws: DatasetError.self) { try table("1", nil, .init(delimiter: delimiter)) }
    }
  }

  @Test func whatIsWrongIsToldWithItsLine() throws {
    damage("t,x\n1,2\n\n3,?0.2\n", "line 4: '?0.2' is not a number in column 'x'")
    damage("t,x\n1,2\n3,\n", "line 3: no value in column 'x'")
    damage("t,x\n1,2\n3,", "line 3: no value in column 'x'")
    damage("t,x\n1,nan\n", "line 2: 'nan' is not a number in column 'x'")
    damage("t,x\n1,2\n# c\n3\n", "line 4: 1 fields where line 1 has 2")
    damage("t,x\n\"1\n2\",3\n4,5,6\n", "line 4: 3 fields where line 1 has 2")
    damage("t,x\n1,\"2\n", "line 2: a quoted field is never closed")
    damage("t,x\n\"1\"2,3\n", "line 2: text after the closing quote of a field")
    damage("t;x\n1;2,5\n", "line 2: 2 fields where line 1 has 1")
    let path = scratch.path + "/series.csv"
    for (csv, columns, reason) in [
      ("# only\n", nil, "has no lines of values"), ("t,x\n", nil, "has no values under its header"),
      ("t,x\n1,2", [.number(3)], "has no column 3, only 1 ... 2"),
      ("t,x\n1,2", [.number(0)], "has no column 0, only 1 ... 2"),
      ("t,x\n1,2", [.named("y")], "has no column 'y'; line 1 names t, x"),
      ("x,x\n1,2", [.named("x")], "has 2 columns 'x'; line 1 names x, x"),
    ] as [(String, [TimeSeriesTable.Column]?, String)] {
      #expect(throws: DatasetError.unsuitable(path: path, reason: reason)) {
        try table(csv, columns)
      }
    }
    #expect(throws: DatasetError.self) { try table("1", []) }
    #expect(throws: DatasetError.self) {
      try TimeSeriesTable(name: "x", columns: ["a", "b"], values: [[1], [1, 2]])
    }
    #expect(throws: DatasetError.self) {
      try TimeSeriesTable(name: "x", columns: ["a"], values: [[.infinity]])
    }
  }
}
