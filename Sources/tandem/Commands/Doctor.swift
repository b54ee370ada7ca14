import ArgumentParser
import TandemExperiments

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the program runs on: toolchain, libraries, CPU, data sets.")

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = DoctorReport()
    print(json ? try report.json() : report.text)
  }
}
