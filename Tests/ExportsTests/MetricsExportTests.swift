import Foundation
import TandemExports
import TandemRuns
import Testing

/// Metrics as tables.
@Suite struct MetricsExportTests {
  @Test func aTableHasAColumnForEachMetric() throws {
    try withRun { path, folder in
      try write(
        """
        {"s":1,"e":0.5,"t":0.25,"n":1,"m":{"loss/d":0.6931472,"odd \\"name\\", yes":1}}
        {"s":2,"e":1,"t":0.5,"n":1,"m":{"loss/d":"NaN"}}
        {"s":3,"e":1.5,"t":0.75,"n":1,"m":{"loss/d":7,"loss/g":8}}
        {"s":3,"e":1.5,"t":1,"n":2,"m":{"loss/d":"-Infinity","loss/g":1e-05}}

        """, to: "\(path)/metrics.jsonl")
      let outcome = try MetricsExport(path: path).write(
        .csv, to: "\(folder)/a.csv", replacing: false)
      #expect(outcome.rows == 3)
      #expect(outcome.metrics == ["loss/d", "loss/g", "odd \"name\", yes"])
      #expect(
        try text(of: "\(folder)/a.csv") == """
          step,epoch,seconds,session,loss/d,loss/g,"odd ""name"", yes"
          1,0.5,0.25,1,0.6931472,,1
          2,1,0.5,1,NaN,,
          3,1.5,1,2,-inf,1e-05,

          """)
    }
  }

  @Test func linesAreThoseOfTheLog() throws {
    try withRun { path, folder in
      _ = try MetricsExport(path: path).write(.jsonl, to: "\(folder)/a", replacing: false)
      #expect(try text(of: "\(folder)/a") == text(of: "\(path)/metrics.jsonl"))
      #expect(try text(of: "\(folder)/a").split(separator: "\n").count == 40)
    }
  }

  @Test func whatIsThereStaysUnlessForced() throws {
    try withRun { path, folder in
      let (export, file) = (try MetricsExport(path: path), "\(folder)/a.csv")
      try write("mine", to: file)
      #expect(
        message { _ = try export.write(.csv, to: file, replacing: false) }
          == "cannot write \(file): it is there already; --force replaces it")
      #expect(try text(of: file) == "mine")
      _ = try export.write(.csv, to: file, replacing: true)
      #expect(try text(of: file).hasPrefix("step,epoch,seconds,session,loss"))
      #expect(
        message { _ = try export.write(.csv, to: "\(folder)/no/a.csv", replacing: false) }
          == "cannot write \(folder)/no/a.csv: No such file or directory")
      #expect(
        message { _ = try export.write(.csv, to: "/dev/full", replacing: false) }
          == "cannot write /dev/full: it is there already; --force replaces it")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == ["a.csv", "runs"])
    }
  }

  @Test func damagedLinesAreNotedAndNoneAreAnError() throws {
    try withRun { path, folder in
      let lines = try text(of: "\(path)/metrics.jsonl")
      try write("{\"s\":\n" + lines, to: "\(path)/metrics.jsonl")
      let export = try MetricsExport(path: path)
      #expect(export.notes.count == 1 && export.notes[0].contains("metrics.jsonl:1: skipped"))
      #expect(
        try export.write(.csv, to: "\(folder)/a.csv", replacing: false).rows == 40)
      try write("", to: "\(path)/metrics.jsonl")
      #expect(
        message { _ = try MetricsExport(path: path) }
          == "\(path)/metrics.jsonl is damaged: it has no rows")
    }
  }
}
