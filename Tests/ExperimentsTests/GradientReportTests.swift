import Foundation
import TandemExperiments
import TandemLayers
import TandemRuns
import TandemTensors
import Testing

/// `tandem gradcheck`: right networks pass, a wrong gradient does not.
@Suite struct GradientReportTests {
  @Test(arguments: try trainedExperiments())
  func shippedExperimentPasses(_ name: String) throws {
    for seed: UInt64 in 1...3 {
      let experiment = try Experiment(directory: "\(shippedExperiments)/\(name)", seed: seed)
      let report = try GradientReport(of: experiment)
      #expect(report.isPassed, "\(report.text)")
      // ok, the words of a loss, the parameter, the order and five numbers.
      let rows = report.text.split(separator: "\n").map { $0.split(separator: " ") }
      let subjects =
        switch experiment.configuration {
        case is GANConfiguration: ["discriminator's", "generator's"]
        case is VanishingConfiguration: ["sigmoid", "relu", "rnn's", "lstm's"]
        default: ["model's"]
        }
      for subject in subjects {
        for order in ["1", "2"] {
          #expect(
            rows.contains { $0.count > 8 && $0[1] == subject && $0[$0.count - 6] == order },
            "\(subject), order \(order)")
        }
      }
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

  /// A loss whose gradient is right while the gradient of the gradient is cut off.
  @Test func aWrongSecondDerivativeOfAnExperimentFails() {
    var random = RandomStream(seed: 1, name: "test")
    let model = Linear(2, 3, random: &random).movedFromStart(&random)
    func squares(_ isWrong: Bool) -> GradientCase {
      GradientCase(isWrong ? "wrong loss" : "loss", model) { model in
        let w = model.parameters[0]
        let squared = isWrong ? 2 * w * w.detached - w.detached * w.detached : w * w
        return squared.sum() + model.parameters[1].sum()
      }
    }
    var report = GradientReport()
    report.add(squares(false))
    #expect(report.isPassed, "\(report.text)")
    report.add(squares(true))
    #expect(!report.isPassed)
    let failed = report.text.split(separator: "\n").map { $0.split(separator: " ") }
      .filter { $0.first == "FAILED" }
    #expect(failed.map { $0[1...4] } == [["wrong", "loss", "weight", "2"]])
  }
}
