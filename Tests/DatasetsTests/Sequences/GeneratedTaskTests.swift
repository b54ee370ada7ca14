import Foundation
import TandemDatasets
import Testing

@Suite struct GeneratedTaskTests {
  @Test func twoNumbersAreMarkedOneInEachHalf() throws {
    for steps in [2, 3, 7, 100] {
      let task = try AddingProblem(steps: steps, seed: 1)
      let batch = try task.batch(step: 3, size: 50)
      #expect(batch.steps == steps && batch.batchSize == 50)
      #expect(batch.inputs.count == steps * 50 * 2 && batch.targets.count == 50)
      for sequence in 0..<50 {
        let values = (0..<steps).map { batch.inputs[2 * ($0 * 50 + sequence)] }
        let markers = (0..<steps).map { batch.inputs[2 * ($0 * 50 + sequence) + 1] }
        #expect(values.allSatisfy { (0..<1).contains($0) })
        let marked = markers.indices.filter { markers[$0] == 1 }
        #expect(marked.count == 2 && markers.allSatisfy { $0 == 0 || $0 == 1 })
        #expect(marked[0] < steps / 2 && marked[1] >= steps / 2)
        #expect(batch.targets[sequence] == values[marked[0]] + values[marked[1]])
      }
    }
  }

  /// Mean and error of the constant 1, and every place marked equally often.
  @Test func theAddingProblemHasItsStatistics() throws {
    let task = try AddingProblem(steps: 10, seed: 7)
    let (count, size) = (200, 500)
    var (sum, squares) = (0.0, 0.0)
    var marked = [Int](repeating: 0, count: 10)
    for step in 0..<count {
      let batch = try task.batch(step: step, size: size)
      for target in batch.targets {
        sum += Double(target)
        squares += (Double(target) - 1) * (Double(target) - 1)
      }
      for step in 0..<10 {
        for sequence in 0..<size where batch.inputs[2 * (step * size + sequence) + 1] == 1 {
          marked[step] += 1
        }
      }
    }
    let total = Double(count * size)
    // The standard errors are 0.0013, 0.0006 and 126.
    #expect(abs(sum / total - 1) < 0.006)
    #expect(abs(squares / total - AddingProblem.baseline) < 0.003)
    #expect(marked.allSatisfy { abs(Double($0) - total / 5) < 600 })
  }

  @Test func symbolsComeBackAfterTheDelay() throws {
    let task = try CopyMemory(delay: 5, seed: 2)
    #expect(task.steps == 25 && task.recallStart == 15)
    #expect(abs(task.baseline - 10 * log(8) / 25) < 1e-12)
    let batch = try task.batch(step: 0, size: 4)
    #expect(batch.steps == 25 && batch.batchSize == 4)
    for sequence in 0..<4 {
      let inputs = (0..<25).map { batch.inputs[$0 * 4 + sequence] }
      let targets = (0..<25).map { batch.targets[$0 * 4 + sequence] }
      #expect(inputs[..<10].allSatisfy { (0..<8).contains($0) })
      #expect(Array(inputs[10...]) == [8, 8, 8, 8, 9] + [Int32](repeating: 8, count: 10))
      #expect(targets[..<15].allSatisfy { $0 == 8 })
      #expect(targets[15...] == inputs[..<10])
    }
    #expect(try CopyMemory(delay: 1, seed: 2).batch(step: 0, size: 1).inputs[10] == 9)
  }

  @Test func allSymbolsAreEquallyLikely() throws {
    let batch = try CopyMemory(delay: 1, seed: 3).batch(step: 0, size: 8000)
    var counts = [Int](repeating: 0, count: 8)
    for symbol in batch.inputs[..<80_000] { counts[Int(symbol)] += 1 }
    // The standard deviation is 94.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 450 })
  }

  @Test func wordsAreReversed() throws {
    let task = try StringReversal(alphabet: "abé", lengths: 2...4, seed: 5)
    #expect(task.source.tokens == ["\n", "a", "b", "é"] && task.target == task.source)
    var lengths = Set<Int>()
    for index in 0..<200 {
      let pair = task.pair(.train, index)
      #expect(pair.target == String(pair.source.reversed()))
      #expect(task.source.encode(pair.source).note == nil)
      lengths.insert(pair.source.count)
    }
    #expect(lengths == [2, 3, 4])
    let batch = try task.batch(of: [
      TextPair(source: "abé", target: "éba"), TextPair(source: "b", target: "b"),
    ])
    #expect(batch.sourceSteps == 3 && batch.batchSize == 2 && batch.sourceLengths == [3, 1])
    #expect(batch.source == [1, 2, 2, 0, 3, 0] && batch.sourceMask == [1, 1, 1, 0, 1, 0])
    #expect(batch.target.inputs == [0, 0, 3, 2, 2, 0, 1, 0])
    #expect(batch.target.targets == [3, 2, 2, 0, 1, 0, 0, 0])
    #expect(batch.target.lengths == [4, 2])
  }

  /// Every day of the two centuries against the calendar of Foundation.
  @Test func theCalendarIsGregorian() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    let start = try #require(calendar.date(from: DateComponents(year: 1900, month: 1, day: 1)))
    var wrong = 0
    for number in 0..<CivilDate.count {
      let date = CivilDate(daysSince1900: number)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: start.addingTimeInterval(86_400 * Double(number)))
      if date.year != parts.year || date.month != parts.month || date.day != parts.day
        || date.weekday + 1 != parts.weekday
      {
        wrong += 1
      }
    }
    #expect(wrong == 0)
    #expect(CivilDate(daysSince1900: 0).iso == "1900-01-01")
    #expect(CivilDate(daysSince1900: CivilDate.count - 1).iso == "2099-12-31")
  }

  /// Each form read back by rules of its own.
  @Test func datesAreWrittenAsPeopleDo() throws {
    let task = DateRewriting(seed: 1)
    #expect(task.target.tokens == ["\n", "-"] + (0...9).map(String.init))
    let months = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    func number(_ text: Substring) -> Int? { Int(text.prefix { $0.isNumber }) }
    var shapes = Set<String>()
    for index in 0..<20_000 {
      let pair = task.pair(.train, index)
      #expect(
        task.source.encode(pair.source).note == nil && task.target.encode(pair.target).note == nil)
      let words = pair.source.split { " ,/.-".contains($0) }
      let numbers = words.compactMap(number)
      let month = words.compactMap { word in
        months.firstIndex(of: word.lowercased().prefix(3).description)
      }.first
      var (year, day) = (0, 0)
      var monthNumber = month.map { $0 + 1 } ?? 0
      switch (month == nil, pair.source.contains("."), numbers.count) {
      case (false, _, 2):
        (year, day) = numbers[0] > 31 ? (numbers[0], numbers[1]) : (numbers[1], numbers[0])
      case (true, true, 3): (day, monthNumber, year) = (numbers[0], numbers[1], numbers[2])
      case (true, false, 3) where numbers[0] > 31:
        (year, monthNumber, day) = (numbers[0], numbers[1], numbers[2])
      case (true, false, 3): (monthNumber, day, year) = (numbers[0], numbers[1], numbers[2])
      default: Issue.record("\(pair.source) is no date")
      }
      if year < 100 { year += year < 69 ? 2000 : 1900 }
      let iso = "\(year)-\(monthNumber < 10 ? "0" : "")\(monthNumber)-\(day < 10 ? "0" : "")\(day)"
      #expect(pair.target == iso, "\(pair.source)")
      shapes.insert(
        String(pair.source.map { $0.isNumber ? "0" : $0.isLetter ? "a" : $0 })
          .replacing(/0+/, with: "0").replacing(/a+/, with: "a"))
    }
    #expect(shapes.count >= 12)
  }

  @Test func theFormsOfOneDayAreTheExpectedOnes() {
    // 35,916 days after the first of January 1900.
    let may = CivilDate(daysSince1900: 35_916)
    #expect(may.iso == "1998-05-03")
    let expected = [
      "3 May 1998", "3 May, 1998", "May 3, 1998", "May 3rd, 1998", "the 3rd of May 1998",
      "Sunday, May 3rd 1998", "Sunday, 3 May 1998", "Sun 3 May 1998", "May 3 1998", "3 may 1998",
      "3-May-1998", "05/03/1998", "5/3/1998", "3.5.1998", "1998 May 3", "1998/05/03", "05/03/98",
      "3.5.98", "3 May 98",
    ]
    #expect(DateRewriting.writings(of: may) == expected)
    // Years of two digits would mean another century here.
    let old = CivilDate(daysSince1900: 0)
    #expect(DateRewriting.writings(of: old).count == 16)
    #expect(DateRewriting.writings(of: old).allSatisfy { $0.contains("1900") })
    #expect(
      [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30, 31].map { day in
        DateRewriting.writings(of: CivilDate(daysSince1900: day - 1))[3]
      }
        == [
          "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "30th",
          "31st",
        ].map { "January \($0), 1900" })
  }

  @Test func examplesAreAFunctionOfSeedPartAndStep() throws {
    let adding = try AddingProblem(steps: 20, seed: 4)
    let copy = try CopyMemory(delay: 3, seed: 4)
    let dates = DateRewriting(seed: 4)
    #expect(try adding.batch(step: 9, size: 8) == adding.batch(step: 9, size: 8))
    #expect(try copy.batch(step: 9, size: 8) == copy.batch(step: 9, size: 8))
    #expect(try dates.batch(step: 9, size: 8) == dates.batch(step: 9, size: 8))
    #expect(try adding.batch(step: 9, size: 8) != adding.batch(step: 10, size: 8))
    #expect(
      try copy.batch(step: 9, size: 8) != CopyMemory(delay: 3, seed: 5).batch(step: 9, size: 8))
    let targets = try TaskPart.allCases.map { try adding.batch($0, step: 0, size: 4).targets }
    #expect(Set(targets).count == 3)
    let tokens = try TaskPart.allCases.map { try copy.batch($0, step: 0, size: 4).inputs }
    #expect(Set(tokens).count == 3)
    let pairs = try TaskPart.allCases.map { try dates.batch($0, step: 0, size: 4) }
    #expect(Set(pairs).count == 3)
    // No example of one step comes again in the next.
    let all = try (0..<50).flatMap { try adding.batch(step: $0, size: 20).targets }
    #expect(Set(all).count > 990)
  }

  @Test func senselessTasksAreRefused() throws {
    for steps in [-1, 0, 1, .max] {
      #expect(throws: DatasetError.self) { try AddingProblem(steps: steps, seed: 0) }
    }
    for delay in [-1, 0, .max] {
      #expect(throws: DatasetError.self) { try CopyMemory(delay: delay, seed: 0) }
    }
    for alphabet in ["", "aa", "a\n"] {
      #expect(throws: DatasetError.self) { try StringReversal(alphabet: alphabet, seed: 0) }
    }
    #expect(throws: DatasetError.self) { try StringReversal(lengths: 0...3, seed: 0) }
    let task = try AddingProblem(steps: 2, seed: 0)
    for (step, size) in [(-1, 1), (0, 0), (.max, 1), (0, .max)] {
      #expect(throws: DatasetError.self) { try task.batch(step: step, size: size) }
    }
    #expect(throws: DatasetError.self) { try DateRewriting(seed: 0).batch(of: []) }
  }
}
