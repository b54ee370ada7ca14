import Foundation
import TandemRuns

extension ReportData.Session {
  init(_ session: RunRecord.Session) {
    self.init(
      number: session.number, started: session.started, ended: session.ended,
      firstStep: session.firstStep, status: session.status.rawValue, host: session.process.host,
      command: ShellCommand(session.arguments).description)
  }
}

/// What `env.json` says, as rows of a table.
enum MachineRows {
  /// Nothing, and a note, where the file cannot be read.
  static func read(_ path: String, _ notes: inout [String]) -> [ReportData.Row] {
    let machine: Machine
    do {
      machine = try JSONDecoder().decode(Machine.self, from: Data(try readText(path).utf8))
    } catch let error as RunError {
      notes.append(error.description)
      return []
    } catch {
      notes.append("\(path) is damaged: it does not describe a machine")
      return []
    }
    var rows = [
      ("host", machine.host), ("system", machine.system), ("kernel", machine.kernel),
      ("processor", machine.processor), ("architecture", machine.architecture),
      ("cores", "\(machine.cores)"), ("memory", "\(machine.memory >> 30) GiB"),
      ("swift", machine.swift),
    ]
    rows += machine.libraries.sorted { $0.key < $1.key }
    return rows.map { ReportData.Row(key: $0.0, values: [$0.1]) }
  }
}
