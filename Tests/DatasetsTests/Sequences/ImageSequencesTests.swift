import TandemDatasets
import Testing

@Suite struct ImageSequencesTests {
  let scratch: Scratch
  /// 3 images of 2 rows and 4 columns, whose bytes are 0 ... 23.
  let images: ImageDataset

  init() throws {
    scratch = try Scratch()
    let pixels = try scratch.write(idx(8, [3, 2, 4], (0..<24).map { UInt8($0) }), "images")
    let labels = try scratch.write(idx(8, [3], [2, 0, 1]), "labels")
    images = try ImageDataset(name: "set", images: pixels, labels: labels)
  }

  private func scaled(_ bytes: [Int]) -> [Float] { bytes.map { (Float($0) - 127.5) / 127.5 } }

  @Test func rowsAreSteps() throws {
    let sequences = try ImageSequences(images, reading: .rows)
    let batch = try sequences.batch(at: [2, 0])
    #expect(batch.steps == 2 && batch.batchSize == 2 && batch.features == 4)
    #expect(
      batch.inputs == scaled([16, 17, 18, 19, 0, 1, 2, 3, 20, 21, 22, 23, 4, 5, 6, 7]))
    #expect(batch.labels == [1, 2] && sequences.classes.count == 3)
  }

  @Test func pixelsAreSteps() throws {
    let sequences = try ImageSequences(images, reading: .pixels)
    let batch = try sequences.batch(at: [0, 1])
    #expect(batch.steps == 8 && batch.batchSize == 2 && batch.features == 1)
    #expect(batch.inputs == scaled((0..<8).flatMap { [$0, $0 + 8] }))
  }

  @Test func onePermutationServesAllImages() throws {
    let sequences = try ImageSequences(images, reading: .pixels, permutationSeed: 3)
    let order = try #require(sequences.permutation)
    #expect(order.sorted() == Array(0..<8) && order != Array(0..<8))
    let batch = try sequences.batch(at: [1, 2])
    #expect(batch.inputs == scaled(order.flatMap { [$0 + 8, $0 + 16] }))
    #expect(try ImageSequences(images, reading: .pixels, permutationSeed: 3).permutation == order)
    #expect(try ImageSequences(images, reading: .pixels, permutationSeed: 4).permutation != order)
  }

  @Test func coloursStayTogether() throws {
    let pixels = try scratch.write(idx(8, [1, 2, 2, 3], (0..<12).map { UInt8($0) }), "colours")
    let labels = try scratch.write(idx(8, [1], [0]), "label")
    let colours = try ImageDataset(name: "set", images: pixels, labels: labels)
    let rows = try ImageSequences(colours, reading: .rows)
    #expect(rows.steps == 2 && rows.features == 6)
    let pixel = try ImageSequences(colours, reading: .pixels)
    #expect(pixel.steps == 4 && pixel.features == 3)
    #expect(try pixel.batch(at: [0]).inputs == scaled(Array(0..<12)))
  }

  @Test func aPrefetchedBatchIsTheSame() throws {
    let sequences = try ImageSequences(images, reading: .rows)
    let sampler = try BatchSampler(for: images, batchSize: 2, seed: 1)
    let prefetcher = try Prefetcher(images, sampler: sampler)
    try prefetcher.withNextBatch { batch in
      let inputs = sequences.timeMajor(batch.elements, batchSize: 2)
      let expected = try sequences.batch(at: batch.indices).inputs
      #expect(inputs == expected)
    }
  }

  @Test func whatCannotBeReadIsRefused() throws {
    #expect(throws: DatasetError.self) {
      try ImageSequences(images, reading: .rows, permutationSeed: 0)
    }
    #expect(throws: DatasetError.self) {
      try ImageSequences(GaussianMixture.ring(seed: 0), reading: .rows)
    }
    let unlabelled = try ImageDataset(name: "set", images: scratch.path + "/images")
    #expect(throws: DatasetError.self) { try ImageSequences(unlabelled, reading: .rows) }
    #expect(throws: DatasetError.self) { try ImageSequences(images, reading: .rows).batch(at: [3]) }
  }
}
