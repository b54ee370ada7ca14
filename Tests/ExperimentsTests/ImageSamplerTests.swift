import Foundation
import TandemExperiments
import TandemImages
import TandemRuns
import TandemTensors
import Testing

/// Pictures painted by a run's generator.
@Suite struct ImageSamplerTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func sampler(_ run: String, _ choice: StoredRun.Choice = .last) throws -> ImageSampler {
    guard case .images(let sampler) = try StoredRun(path: run, choice).sampler() else {
      throw NoImages()
    }
    return sampler
  }

  struct NoImages: Error {}

  /// A run of images whose data are gone.
  private func imageRun() throws -> String {
    let file = try scratch.images(64, size: 8)
    let run = try ExperimentsTests.run(
      scratch.experiment(convolutionalImages(file)), in: "\(scratch.path)/runs")
    try FileManager.default.removeItem(atPath: file)
    return run
  }

  @Test func theUsualSheetIsTheRunsOwn() throws {
    for (run, step) in [
      (try imageRun(), 6),
      (try ExperimentsTests.run(scratch.experiment(points), in: "\(scratch.path)/runs"), 12),
    ] {
      let sampler = try sampler(run)
      #expect(sampler.step == step)
      let painted = try sampler.sheet(count: sampler.usualCount, seed: sampler.runSeed)
      let name = "step-000000\(step < 10 ? "0" : "")\(step).png"
      let own = try Data(contentsOf: URL(filePath: "\(run)/samples/fixed/\(name)"))
      #expect(Data(painted.png) == own)
      #expect(
        try sampler.sheet(count: sampler.usualCount, seed: sampler.runSeed + 1).png != painted.png)
    }
  }

  @Test func aSheetHasAsManyImagesAsAskedFor() throws {
    let sampler = try sampler(try imageRun())
    let few = try sampler.sheet(count: 2, seed: 5)
    #expect(few.rows == 1 && few.columns == 2 && few.count == 2)
    // More than the generator makes at a time: the first are the same.
    let many = try sampler.sheet(count: 25, seed: 5)
    #expect(many.rows == 9 && many.columns == 3 && many.count == 25)
    let (first, all) = (try images(few), try images(many))
    #expect(all.count == 27)
    #expect(zip(first, all).allSatisfy { greatestDifference($0, $1) <= 1 })
    #expect(Set(all.prefix(25).map(\.pixels)).count > 1)
    #expect(all.suffix(2).allSatisfy { $0.pixels.allSatisfy { $0 == 0 } })
    let entries = try PNG(decoding: many.png).text
    #expect(entries.map(\.key) == ["experiment", "configuration", "seed", "step", "grid"])
    #expect(entries[2].value == "5" && entries[3].value == "6")
  }

  @Test func interpolationsBeginAndEndWithTheVectorsOwnImages() throws {
    let sampler = try sampler(try imageRun())
    let ways = try sampler.interpolation(rows: 3, seed: 5)
    #expect(ways.rows == 3 && ways.columns == 3 && ways.count == 9)
    let (path, ends) = (try images(ways), try images(sampler.sheet(count: 6, seed: 5)))
    for row in 0..<3 {
      #expect(greatestDifference(path[3 * row], ends[2 * row]) <= 1)
      #expect(greatestDifference(path[3 * row + 2], ends[2 * row + 1]) <= 1)
      #expect(greatestDifference(ends[2 * row], ends[2 * row + 1]) > 1)
      #expect(path[3 * row + 1] != path[3 * row] && path[3 * row + 1] != path[3 * row + 2])
    }
  }

  @Test func whatCannotBePaintedIsRefused() throws {
    let run = try ExperimentsTests.run(
      scratch.experiment(points), in: "\(scratch.path)/runs")
    let points = try sampler(run)
    #expect(
      message { _ = try points.interpolation(rows: 2, seed: 1) }
        == "a run of points has no images to interpolate between")
    let images = try sampler(try imageRun())
    #expect(
      message { _ = try images.sheet(count: 1_000_000, seed: 1) }
        .hasPrefix("no sheet of samples can have columns=3 rows=333334"))
    #expect(
      message { _ = try images.interpolation(rows: .max / 2, seed: 1) }
        .hasPrefix("no sheet of samples can have "))
  }

  @Test func filesAreNotReplacedUnlessAskedTo() throws {
    let file = "\(scratch.path)/sheet.png"
    try NewFile.write([1, 2], to: file, replacing: false)
    #expect(
      message { try NewFile.write([3], to: file, replacing: false) }
        == "cannot write \(file): it is there already; --force replaces it")
    #expect(try Data(contentsOf: URL(filePath: file)) == Data([1, 2]))
    try NewFile.write([3], to: file, replacing: true)
    #expect(try Data(contentsOf: URL(filePath: file)) == Data([3]))
    #expect(
      message { try NewFile.write([3], to: "\(scratch.path)/no/sheet.png", replacing: true) }
        == "cannot write \(scratch.path)/no/sheet.png: No such file or directory")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["sheet.png"])
  }

  private func images(_ picture: ImageSampler.Picture) throws -> [Image] {
    let png = try PNG(decoding: picture.png)
    let geometry = try #require(png.text.first { $0.key == SampleGrid.textKey }).value
    return try SampleGrid(geometry: geometry).images(on: png.image)
  }

  private func greatestDifference(_ a: Image, _ b: Image) -> Int {
    zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}

/// Ways between latent vectors.
@Suite struct LatentPathTests {
  @Test func endsAreTheVectorsThemselves() {
    let (a, b): ([Float], [Float]) = ([0.1, -2, 0.3], [1, 0.7, -0.2])
    for count in 2...9 {
      let path = LatentPath.spherical(from: a, to: b, count: count)
      #expect(path.count == count && path[0] == a && path[count - 1] == b)
    }
  }

  @Test func theWayStaysOnTheSphere() {
    let path = LatentPath.spherical(from: [3, 0], to: [0, 3], count: 4)
    for (index, point) in path.enumerated() {
      let angle = Float(index) * .pi / 6
      #expect(abs(point[0] - 3 * cos(angle)) < 1e-6 && abs(point[1] - 3 * sin(angle)) < 1e-6)
    }
  }

  @Test func vectorsInLineAreJoinedStraight() {
    #expect(
      LatentPath.spherical(from: [1, 2], to: [3, 6], count: 3) == [[1, 2], [2, 4], [3, 6]])
    #expect(
      LatentPath.spherical(from: [1, 0], to: [-1, 0], count: 3) == [[1, 0], [0, 0], [-1, 0]])
    #expect(
      LatentPath.spherical(from: [0, 0], to: [2, 0], count: 3) == [[0, 0], [1, 0], [2, 0]])
  }
}
