import Foundation
import TandemClassification
import TandemExperiments
import TandemImages
import TandemRuns
import Testing

/// Saliency of the networks of stored runs.
@Suite struct SaliencyTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A PNG of a bar at the second of four places.
  func bar(size: Int = 8) throws -> String {
    let pixels = (0..<size).flatMap { row in
      [UInt8](repeating: row * 4 / size == 1 ? 200 : 30, count: size)
    }
    let file = "\(scratch.path)/bar-\(size).png"
    let image = try Image(width: size, height: size, format: .grey, pixels: pixels)
    try Data(PNG(image).encoded()).write(to: URL(filePath: file))
    return file
  }

  @Test(arguments: ["{kind: mlp, hidden: [12, 8]}", "{kind: cnn, channels: [4, 6], hidden: [8]}"])
  func aClassifierLooksAtTheBar(network: String) throws {
    let path = try run(scratch.classifier(network: network), in: "\(scratch.path)/runs")
    // The data are gone: a file is looked at all the same.
    for name in ["images", "labels"] {
      try FileManager.default.removeItem(atPath: "\(scratch.path)/bars-\(name).idx")
    }
    let stored = try StoredRun(path: path)
    let found = try Saliency(.init(.file(try bar())), of: stored)
    #expect(found.label?.name == "1" && found.probability > 0.5)
    #expect(found.notes.isEmpty && found.trueLabel == nil && found.shape == [8, 8, 1])
    #expect(found.maps.map(\.method) == AttributionMethod.allCases)
    let integrated = try #require(found.maps.last)
    let distance = found.score - found.baselineScore
    #expect(abs(integrated.sum - distance) < 0.02 * max(abs(distance), 1))
    // The bar's rows have more of the score than the dark ones.
    let rows = (0..<8).map { row in integrated.values[(8 * row)..<(8 * row + 8)].reduce(0, +) }
    #expect(rows[2] + rows[3] > rows[0] + rows[1] && rows[2] + rows[3] > rows[4] + rows[5])
    let png = try PNG(decoding: found.png())
    #expect(png.text(for: "methods") == "gradient gradientTimesInput smooth integrated")
    #expect(png.image.width == 5 * 208 + 12)
    let report = SaliencyReport(found, file: "out.png")
    #expect(report.text.contains("class 1 1: logit "))
    #expect(try report.json().contains("\"completenessGap\""))
  }

  @Test func imagesAreBroughtToTheNetworksSize() throws {
    let path = try run(scratch.classifier(), in: "\(scratch.path)/runs")
    let stored = try StoredRun(path: path)
    let small = try Saliency(.init(.file(try bar(size: 6)), methods: [.gradient]), of: stored)
    #expect(small.notes == ["the image of 6x6 is padded with black to 8x8"])
    #expect(small.pixels[0] == -1 && small.pixels[9] == (30 - 127.5) / 127.5)
    let large = try Saliency(.init(.file(try bar(size: 16)), methods: [.gradient]), of: stored)
    #expect(large.notes == ["the image of 16x16 is scaled to 8x8"])
    #expect(large.label?.name == "1")
  }

  @Test func testImagesAndClassesAreChosen() throws {
    let path = try run(scratch.classifier(), in: "\(scratch.path)/runs")
    let stored = try StoredRun(path: path)
    let found = try Saliency(.init(.test(3), label: "2", methods: [.smooth]), of: stored)
    #expect(found.label?.number == 2 && found.imageName == "test image 3")
    #expect(["0", "1", "2", "3"].contains(try #require(found.trueLabel)))
    let again = try Saliency(.init(.test(3), label: "2", methods: [.smooth]), of: stored)
    #expect(found.maps[0].values == again.maps[0].values)
    #expect(
      message { _ = try Saliency(.init(.test(3), label: "shoe"), of: stored) }
        == "there is no class 'shoe'; there are: 0 0, 1 1, 2 2, 3 3")
    #expect(
      message { _ = try Saliency(.init(.test(40)), of: stored) }
        == "there is no image 40 among the 40 test images")
  }

  @Test func namesOfClassesComeBeforeTheirPlaces() throws {
    let experiment = try scratch.classifier(overrides: ["data.classes=[1, 0]"])
    let stored = try StoredRun(path: try run(experiment, in: "\(scratch.path)/runs"))
    let found = try Saliency(.init(.test(0), label: "0", methods: [.gradient]), of: stored)
    #expect(found.label?.number == 1 && found.label?.name == "0")
  }

  @Test func discriminatorsAreLookedInto() throws {
    let file = try scratch.images(40, size: 8)
    let path = try run(
      scratch.experiment(convolutionalImages(file)), in: "\(scratch.path)/runs")
    let stored = try StoredRun(path: path)
    let found = try Saliency(.init(.file(try bar())), of: stored)
    #expect(found.label == nil && (0...1).contains(found.probability))
    #expect(SaliencyReport(found, file: "x.png").text.contains("\nreal: logit "))
    let real = try Saliency(.init(.test(2), methods: [.gradient]), of: stored)
    #expect(real.trueLabel == nil && real.imageName == "image 2 of the data")
    #expect(
      message { _ = try Saliency(.init(.file(try bar()), label: "1"), of: stored) }
        == "--class is for classifiers; this is a GAN's discriminator")
  }

  @Test func otherRunsHaveNothingToLookAt() throws {
    let path = try run(scratch.experiment(points), in: "\(scratch.path)/runs")
    #expect(
      message { _ = try StoredRun(path: path).saliencySubject() }
        == "\(path) is a run of points: saliency is of images")
  }
}
