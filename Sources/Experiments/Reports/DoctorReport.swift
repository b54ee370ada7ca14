import Foundation
import TandemRuns
import TandemTensors

/// What `tandem doctor` tells: what the program runs on.
public struct DoctorReport: JSONReport {
  let machine: Machine
  /// Instruction sets that kernels can use here.
  let cpuFeatures: [String]
  /// Threads that kernels run on.
  let threads: Int
  let data: DataReport

  /// Looks at the machine.
  public init() {
    machine = .current(libraries: Libraries.versions)
    cpuFeatures = Libraries.cpuFeatures
    threads = Libraries.threads
    data = DataReport()
  }

  public var text: String {
    var lines = [
      "system     \(machine.system), \(machine.kernel)",
      "processor  \(machine.processor), \(machine.cores) cores, \(machine.memory >> 30) GiB",
      "features   \(cpuFeatures.joined(separator: " "))", "threads    \(threads)",
      "swift      \(machine.swift)",
    ]
    for (name, version) in machine.libraries.sorted(by: { $0.key < $1.key }) {
      lines.append("\(name.padding(toLength: 10, withPad: " ", startingAt: 0)) \(version)")
    }
    lines.append("data sets")
    for set in data.datasets {
      let name = set.name.padding(toLength: 16, withPad: " ", startingAt: 0)
      let status = set.status.padding(toLength: 9, withPad: " ", startingAt: 0)
      lines.append("  \(name) \(status) \(set.place)")
    }
    return lines.joined(separator: "\n")
  }
}
