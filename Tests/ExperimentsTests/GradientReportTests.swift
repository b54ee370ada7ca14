import Foundation
import TandemExperiments
import TandemTensors
import Testing

/// `tandem gradcheck`: right networks pass, a wrong gradient does not.
@Suite struct GradientReportTests {
  @Test(arguments: try FileManager.default.contentsOfDirectory(atPath: shippedExperiments).sorted())
  func shippedExperimentPasses(_ name: String) throws {
    for seed: UInt64 in 1...3 {
      let report = try GradientReport(
        of: try Experiment(directory: "\(shippedExperiments)/\(name)", seed: seed))
      #expect(report.isPassed, "\(report.text)")
      #expect(
        report.text.contains("discriminator's loss") && report.text.contains("generator's loss"))
    }
  }

  @Test func aWrongGradientFails() throws {
    var report = GradientReport()
    report.add("square", [Tensor([1, 2, 3], [3], .float64)], ["x"]) { $0[0] * $0[0] }
    #expect(report.isPassed)
    // Half of the derivative of x^2 is cut off.
    report.add("wrong square", [Tensor([1, 2, 3], [3], .float64)], ["x"]) { $0[0] * $0[0].detached }
    #expect(!report.isPassed)
    let lines = report.text.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("FAILED  wrong square") }.count == 2)
    #expect(lines.filter { $0.hasPrefix("ok      square") }.count == 2)
    #expect(
      try #require(lines.last) == "4 gradients checked, 2 failed, worst relative error 1.0e+00")
    #expect(try report.json().contains("\"worstError\" : 0.5"))
  }
}
