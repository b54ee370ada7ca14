import Foundation
import TandemDatasets
import TandemExperiments
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors
import Testing

/// Texts drawn from a run's model.
@Suite struct TextSamplerTests {
  let scratch: Scratch
  /// A run of a language model of ten steps; its text is gone.
  let run: String

  init() throws {
    scratch = try Scratch()
    let file = "\(scratch.path)/text.txt"
    try Data(String(repeating: "the cat sat on the mat\nand ate a date\n", count: 40).utf8)
      .write(to: URL(filePath: file))
    run = try ExperimentsTests.run(
      scratch.experiment(languageModel(file)), in: "\(scratch.path)/runs")
    try FileManager.default.removeItem(atPath: file)
  }

  private func sampler(_ choice: StoredRun.Choice = .last) throws -> TextSampler {
    guard case .text(let sampler) = try StoredRun(path: run, choice).sampler() else {
      throw SampleFailure()
    }
    return sampler
  }

  struct SampleFailure: Error {}

  @Test func theModelIsThatOfTheCheckpoint() throws {
    for (choice, step) in [(StoredRun.Choice.last, 10), (.step(5), 5)] {
      let sampler = try sampler(choice)
      #expect(sampler.step == step)
      #expect(sampler.runSeed == 4)
      // The validation improved at no step after the third or so: the weights are averaged then.
      let folder = "\(run)/checkpoints/step-000000\(step == 5 ? "05" : "10")"
      let isAveraged = FileManager.default.fileExists(atPath: "\(folder)/average.safetensors")
      #expect(isAveraged)
      let stored = try SafetensorsFile(contentsOf: "\(folder)/average.safetensors")
        .tensorsByName()
      let last = try SafetensorsFile(contentsOf: "\(folder)/model.safetensors").tensorsByName()
      var differs = false
      for (name, tensor, _) in sampler.model.state {
        #expect(try #require(stored[name]).values == tensor.values)
        differs = differs || last[name]?.values != tensor.values
      }
      #expect(differs)
    }
    #expect(try sampler().vocabulary.tokens.joined() == "\n acdehmnost")
  }

  @Test func theSameSeedDrawsTheSameText() throws {
    let sampler = try sampler()
    let first = try sampler.samples { $0.count = 3 }
    #expect(first.map(\.sample) == [0, 1, 2])
    #expect(Set(first.map(\.text)).count == 3)
    #expect(first.allSatisfy { $0.tokens.count == 60 && $0.seed == 7 && $0.step == 10 })
    // A sample depends on its number, not on how many are drawn.
    #expect(try sampler.samples { $0.count = 2 } == Array(first.prefix(2)))
    #expect(try sampler.samples { ($0.count, $0.seed) = (1, 8) }[0].text != first[0].text)
  }

  @Test func textArrivesAsItIsDrawn() throws {
    let sampler = try sampler()
    var request = TextSampler.Request(seed: 7)
    (request.length, request.prime) = (30, "the ")
    var events: [String] = []
    try sampler.draw(request) { piece, _ in
      events.append(piece)
    } finish: {
      #expect(events.joined() == $0.text)
      events.append("END")
    }
    #expect(events.count == 4 + 30 + 1 && events.last == "END")
    #expect(events.prefix(4).joined() == "the ")
  }

  @Test func unseenCharactersOfThePrimeAreLeftOut() throws {
    let sampler = try sampler()
    let plain = try sampler.samples { $0.prime = "the cat" }
    #expect(try sampler.samples { $0.prime = "Xthe 漢cat!" } == plain)
    #expect(plain[0].text.hasPrefix("the cat"))
    #expect(
      sampler.note(on: "Xthe 漢cat!!") == """
        4 tokens are not in the vocabulary and skipped: "X" (U+0058), "漢" (U+6F22), "!" (U+0021)
        """)
    #expect(sampler.note(on: "the cat") == nil)
    // Nothing is left of this one: the sample begins as one without any.
    let empty = try sampler.samples { $0.prime = "" }
    #expect(try sampler.samples { $0.prime = "ÄÖÜ" } == empty)
    #expect(empty[0].tokens.count == 60)
  }

  @Test func aSearchOfOneBeginningIsGreedy() throws {
    let sampler = try sampler()
    let greedy = try sampler.samples {
      ($0.prime, $0.length) = ("the", 12)
      $0.method = .drawing(try TokenFilter(temperature: 0))
    }
    let found = try sampler.samples {
      ($0.prime, $0.length, $0.method) = ("the", 12, .search(beam: 1))
    }
    #expect(found.map(\.text) == greedy.map(\.text))
    #expect(found[0].seed == nil)
    let wide = try sampler.samples {
      ($0.prime, $0.length, $0.method, $0.count) = ("the", 12, .search(beam: 4), 4)
    }
    let probabilities = try wide.map { try #require($0.logProbability) }
    #expect(wide.count == 4 && probabilities == probabilities.sorted(by: >))
    #expect(try probabilities[0] >= #require(found[0].logProbability))
  }

  @Test func textsAreSeparatedByALine() throws {
    let sampler = try sampler()
    var request = TextSampler.Request(seed: 7)
    (request.length, request.count) = (20, 2)
    var output = ""
    try sampler.print(request) { output += $0 }
    let texts = try sampler.samples { ($0.length, $0.count) = (20, 2) }.map {
      $0.text.hasSuffix("\n") ? $0.text : $0.text + "\n"
    }
    #expect(output == texts.joined(separator: "----\n"))
  }

  @Test func jsonIsAnObjectALine() throws {
    let sampler = try sampler()
    var request = TextSampler.Request(seed: 7)
    (request.length, request.count, request.prime) = (20, 2, "the")
    var lines: [String] = []
    try sampler.printJSON(request) { lines.append($0) }
    let samples = try sampler.samples { ($0.length, $0.count, $0.prime) = (20, 2, "the") }
    #expect(lines.count == 2 && lines.allSatisfy { $0.filter(\.isNewline).count == 1 })
    for (line, sample) in zip(lines, samples) {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["text"] as? String == sample.text)
      #expect(object["tokens"] as? [Int] == sample.tokens)
      #expect(object["seed"] as? Int == 7 && object["step"] as? Int == 10)
      #expect(sampler.vocabulary.decode(sample.tokens.map { Int32($0) }) == sample.text)
    }
  }

  /// Names end at the first end of a line, and bytes that are no UTF-8 stay readable.
  @Test func linesEndAtTheirBoundary() throws {
    let vocabulary = try Vocabulary(level: .characters, tokens: ["\n", "a", "b"])
    let sampler = TextSampler(
      randomModel(vocabulary.count), vocabulary, boundary: 0, usualLength: 60)
    let names = try sampler.samples { ($0.count, $0.prime) = (20, "ab") }.map(\.text)
    #expect(names.allSatisfy { $0.hasPrefix("ab") && !$0.contains("\n") })
    #expect(Set(names.map(\.count)).count > 3)
    var request = TextSampler.Request(seed: 7)
    (request.count, request.prime) = (20, "ab")
    var output = ""
    try sampler.print(request) { output += $0 }
    #expect(output == names.map { $0 + "\n" }.joined())
  }

  @Test func bytesAreDecodedAsTheyBecomeWhole() throws {
    let sampler = TextSampler(randomModel(256), .bytes)
    let sample = try sampler.samples { $0.prime = "漢" }[0]
    #expect(sample.text.hasPrefix("漢"))
    #expect(sample.text == Vocabulary.bytes.decode(sample.tokens.map { Int32($0) }))
  }

  @Test func aSearchNeedsABeginning() throws {
    let vocabulary = try Vocabulary(level: .characters, tokens: ["a", "b"])
    let sampler = TextSampler(randomModel(2), vocabulary)
    #expect(try sampler.samples { $0.prime = "" }[0].tokens.count == 60)
    #expect(
      message { _ = try sampler.samples { $0.method = .search(beam: 2) } }
        == "a search needs a prime to begin with: the vocabulary has no line ends")
  }

  private func randomModel(_ vocabulary: Int) -> LanguageModel {
    var random = RandomStream(seed: 2, name: "init")
    return LanguageModel(
      vocabulary: vocabulary, embeddingSize: 4,
      recurrent: RecurrentStack(.gru, 4, 6, random: &random), random: &random)
  }
}

extension TextSampler {
  /// Samples of 60 tokens by the seed 7 unless changed.
  fileprivate func samples(_ change: (inout Request) throws -> Void) throws -> [Sample] {
    var request = Request(seed: 7)
    request.length = 60
    try change(&request)
    var samples: [Sample] = []
    try draw(request) { samples.append($0) }
    return samples
  }
}

/// A language model that takes a moment; averaged from its first validation that is no better.
func languageModel(_ file: String) -> String {
  """
  kind: languageModel
  seed: 4
  data: {path: \(file), validation: 0.2}
  network: {cell: lstm, size: 8, layers: 2, embedding: 6}
  optimizer: {kind: sgd, learningRate: 10, clipNorm: 5}
  training: {steps: 10, batchSize: 4, window: 8, averaging: {patience: 0}}
  validation: {every: 1}
  samples: {every: 10, length: 20}
  checkpoints: {every: 5, keep: 5}
  """
}
