import Foundation
import TandemDatasets
import Testing

@Suite struct NameListTests {
  @Test func namesAreReadBetweenBoundaries() throws {
    let list = try NameList(Text("  ab\n\n\t \nc \r\nbca", name: "names.txt"))
    #expect(list.vocabulary.tokens == ["\n", "a", "b", "c"] && list.boundary == 0)
    #expect(list.names == [[1, 2], [3], [2, 3, 1]] && list.count == 3 && list.longest == 3)
    let batch = try list.batch(at: [2, 1])
    #expect(batch.steps == 4 && batch.batchSize == 2 && batch.lengths == [4, 2])
    #expect(batch.inputs == [0, 0, 2, 3, 3, 0, 1, 0])
    #expect(batch.targets == [2, 3, 3, 0, 1, 0, 0, 0])
    #expect(batch.mask == [1, 1, 1, 1, 1, 0, 1, 0])
    #expect(list.vocabulary.decode([2, 3, 1, 0, 3, 0]) == "bca\nc\n")
  }

  @Test func aSplitHoldsEveryNameOnce() throws {
    let names = (0..<50).map { "n\($0)" }
    let list = try NameList(Text(names.joined(separator: "\n")))
    let (train, validation) = try list.split(validation: 0.3, seed: 5)
    #expect(train.count == 35 && validation.count == 15)
    #expect(Set(train.names + validation.names).count == 50)
    #expect(train.vocabulary == list.vocabulary)
    let same = try list.split(validation: 0.3, seed: 5)
    #expect(same.validation.names == validation.names && same.train.names == train.names)
    #expect(try list.split(validation: 0.3, seed: 6).validation.names != validation.names)
    for fraction in [0, 0.01, 1, -0.5, 1.5, .nan] {
      #expect(throws: DatasetError.self) { try list.split(validation: fraction, seed: 5) }
    }
  }

  @Test func anEpochVisitsEveryNameOnce() throws {
    let list = try NameList(Text((0..<12).map { "n\($0)" }.joined(separator: "\n")))
    var sampler = try list.sampler(batchSize: 4, seed: 2)
    let batches = try (0..<3).map { _ in try list.batch(at: sampler.next()) }
    let found = batches.flatMap { batch in
      (0..<4).map { name in
        (0..<Int(batch.lengths[name]) - 1).map { batch.targets[$0 * 4 + name] }
      }
    }
    #expect(Set(found) == Set(list.names) && found.count == 12 && found != list.names)
    #expect(try batchRanges(of: 10, batchSize: 4) == [0..<4, 4..<8, 8..<10])
    #expect(try batchRanges(of: 0, batchSize: 4) == [])
    #expect(throws: DatasetError.self) { try batchRanges(of: 10, batchSize: 0) }
  }

  @Test func aStoredVocabularyIsUsedAsItIs() throws {
    let vocabulary = try Vocabulary(level: .characters, tokens: ["\n", "b", "a"])
    let list = try NameList(Text("abx\nyz\nb"), vocabulary: vocabulary)
    #expect(list.vocabulary == vocabulary && list.names == [[2, 1], [1]])
    #expect(list.note?.hasPrefix("text: 3 tokens are not in the vocabulary and skipped: ") == true)
    #expect(try NameList(Text("é"), level: .bytes).names == [[0xC3, 0xA9]])
  }

  @Test func whatIsNoListIsRefused() throws {
    #expect(
      throws: DatasetError.unsuitable(path: "text", reason: "has no names, one a line")
    ) { try NameList(Text("\n \n")) }
    #expect(throws: DatasetError.self) { try NameList(Text("a b"), level: .words) }
    let closed = try Vocabulary(level: .characters, tokens: ["a"])
    #expect(throws: DatasetError.self) { try NameList(Text("a"), vocabulary: closed) }
    let list = try NameList(Text("a\nb"))
    #expect(throws: DatasetError.self) { try list.batch(at: [2]) }
    #expect(throws: DatasetError.self) { try list.batch(at: [-1]) }
    #expect(throws: DatasetError.self) { try list.batch(at: []) }
  }
}
