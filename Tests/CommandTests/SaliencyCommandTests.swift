import Foundation
import Testing

/// `tandem saliency`, as a process.
@Suite struct SaliencyCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    // 40 images of 6x6 pixels: dark ones of class 0, bright ones of class 1.
    let places = 0..<40
    let pixels = places.flatMap { index in
      (0..<36).map { UInt8((index % 2 == 0 ? 20 : 200) + ($0 * 7 + index) % 50) }
    }
    try workplace.write(
      """
      kind: classifier
      data: {kind: idx, images: images.idx, labels: labels.idx, size: 6, testShare: 0.25}
      network: {kind: mlp, hidden: [6]}
      training: {steps: 20, batchSize: 10}
      samples: {every: 20, count: 4}

      """, to: "small/experiment.yaml")
    try workplace.write(
      [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 6, 0, 0, 0, 6] + pixels, to: "small/images.idx")
    try workplace.write(
      [0, 0, 8, 1, 0, 0, 0, 40] + places.map { UInt8($0 % 2) }, to: "small/labels.idx")
  }

  @Test func aTestImageIsLookedAt() throws {
    #expect(try workplace.tandem("run", "small", "--quiet").status == 0)
    let outcome = try workplace.tandem("saliency", "@last", "--test", "2")
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.lines.first?.hasPrefix("test image 2, in truth ") == true)
    #expect(outcome.lines.last == "saliency-step-20.png")
    #expect(outcome.output.contains("gradientTimesInput"))
    #expect(FileManager.default.fileExists(atPath: "\(workplace.path)/saliency-step-20.png"))
    let again = try workplace.tandem("saliency", "@last", "--test", "2")
    #expect(again.status == 1)
    let taken = "cannot write saliency-step-20.png: it is there already; --force replaces it"
    #expect(again.errors == "error: \(taken)\n")
    let json = try workplace.tandem(
      "saliency", "@last", "--image", "saliency-step-20.png", "--class", "1", "--method", "smooth",
      "-o", "other.png", "--json")
    #expect(json.errors == "note: the image of 1052x288 is scaled to 6x6\n")
    #expect(try json.object()["class"] as? Int == 1)
    #expect((try json.object()["maps"] as? [Any])?.count == 1)
  }

  @Test func whatIsWrongIsSaid() throws {
    #expect(try workplace.tandem("saliency", "@last").status == 64)
    #expect(try workplace.tandem("run", "small", "--quiet").status == 0)
    let unknown = try workplace.tandem("saliency", "@last", "--test", "2", "--class", "x")
    #expect(unknown.status == 1)
    #expect(unknown.errors == "error: there is no class 'x'; there are: 0 0, 1 1\n")
    let missing = try workplace.tandem("saliency", "@last", "--image", "none.png")
    #expect(missing.status == 1 && missing.errors.contains("none.png"))
  }
}
