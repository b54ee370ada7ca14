import TandemExperiments
import Testing

@Suite struct SweepPlanTests {
  private func overrides(_ plan: SweepPlan) -> [[String]] {
    plan.members.map { $0.map(\.override) }
  }

  @Test func gridsAreMultipliedTheLastOneFastest() throws {
    let plan = try SweepPlan(grids: ["a.x=1e-4,2e-4", "b= [64, 64] , [128]", "c=one"])
    #expect(plan.keys == ["a.x", "b", "c"])
    #expect(
      overrides(plan) == [
        ["a.x=1e-4", "b=[64, 64]", "c=one"], ["a.x=1e-4", "b=[128]", "c=one"],
        ["a.x=2e-4", "b=[64, 64]", "c=one"], ["a.x=2e-4", "b=[128]", "c=one"],
      ])
    #expect(overrides(try SweepPlan(grids: [])) == [[]])
  }

  /// Commas inside brackets, braces and quotes belong to a value.
  @Test(arguments: [
    ("1,2", ["1", "2"]),
    ("[1,[2,3]],4", ["[1,[2,3]]", "4"]),
    ("{kind: sgd, rate: [1,2]},{kind: adam}", ["{kind: sgd, rate: [1,2]}", "{kind: adam}"]),
    (#""a,b",c"#, [#""a,b""#, "c"]),
    (#""a\",b",c"#, [#""a\",b""#, "c"]),
    ("'it''s, so',x", ["'it''s, so'", "x"]),
    ("it's,so", ["it's", "so"]),
    ("[\"]\", ']'],x", ["[\"]\", ']']", "x"]),
    ("a=b,~", ["a=b", "~"]),
  ])
  func valuesAreYAML(_ text: String, _ values: [String]) throws {
    #expect(try SweepPlan(grids: ["key=\(text)"]).members.map { $0[0].value } == values)
  }

  @Test(
    arguments: [
      (["a"], [], nil, "--grid takes key=value,value,…, not 'a'"),
      (["=1"], [], nil, "--grid takes key=value,value,…, not '=1'"),
      (["a=1,,2"], [], nil, "--grid a: a value is empty; write null for no value"),
      (["a=[1,2"], [], nil, "--grid a: a value lacks its closing ]"),
      (["a='1,2"], [], nil, "--grid a: a value lacks its closing '"),
      (["a=1\n"], [], nil, "--grid a: a value has a line break"),
      (["a=1", "a=2"], [], nil, "the key 'a' is given values twice"),
      ([], ["a=log(1,2)"], nil, "--sample a needs --random N: how many members to draw"),
      ([], [], 3, "--random needs a --sample or a --grid to draw from"),
      (["a=1,2"], [], 3, "--random 3: the grids have 2 combinations only"),
      (["a=1"], [], 0, "--random takes a number of at least 1"),
      (["a=1"], ["b=integer(1,2)"], 10_001, "a sweep has 10000 members at most, not 10001"),
      (
        [], ["a=log(0,1)"], 3,
        "--sample a: log takes two numbers above 0.0, the lesser first, not '0,1'"
      ),
      (
        [], ["a=uniform(2,1)"], 3,
        "--sample a: uniform takes two numbers, the lesser first, not '2,1'"
      ),
      (
        [], ["a=integer(1,2.5)"], 3,
        "--sample a: integer takes two integers, the lesser first, not '1,2.5'"
      ),
      (
        [], ["a=normal(0,1)"], 3,
        "--sample a: expected uniform(a,b), log(a,b), integer(a,b), logInteger(a,b) or "
          + "choice(v,w,…), found 'normal(0,1)'"
      ),
    ] as [([String], [String], Int?, String)])
  func wrongRequestsSayWhatIsWrong(
    _ grids: [String], _ samples: [String], _ random: Int?, _ message: String
  ) {
    let error = #expect(throws: SweepRequestError.self) {
      try SweepPlan(grids: grids, samples: samples, random: random)
    }
    #expect(error?.description == message)
  }

  @Test func drawsFollowFromTheSeedTheKeyAndTheirNumber() throws {
    let samples = ["lr=log(1e-4,1e-2)", "n=integer(3,5)"]
    let few = try SweepPlan(grids: [], samples: samples, random: 5)
    #expect(try SweepPlan(grids: [], samples: samples, random: 5) == few)
    let more = try SweepPlan(grids: [], samples: samples, random: 50)
    #expect(Array(more.members.prefix(5)) == few.members)
    // A further key changes none of the others.
    let wider = try SweepPlan(
      grids: ["kind=adam,sgd"], samples: ["x=uniform(0,1)"] + samples, random: 50)
    #expect(wider.keys == ["kind", "x", "lr", "n"])
    #expect(wider.members.map { Array($0[2...]) } == more.members)
    #expect(try SweepPlan(grids: [], samples: samples, random: 5, seed: 2) != few)
    // What every version of the program is to draw.
    let known = try SweepPlan(
      grids: [],
      samples: [
        "generator.optimizer.learningRate=log(1e-4,1e-2)", "discriminator.steps=integer(3,5)",
      ], random: 5)
    #expect(
      known.members.map { $0.map(\.value) } == [
        ["0.0011166", "3"], ["0.00088805", "4"], ["0.00036725", "3"], ["0.00058769", "3"],
        ["0.0026176", "5"],
      ])
  }

  @Test func drawsAreOfTheirDistributions() throws {
    let plan = try SweepPlan(
      grids: [],
      samples: [
        "u=uniform(-1,3)", "l=log(1e-4,1e-2)", "i=integer(-1,2)", "s=logInteger(1,100)",
        "c=choice(adam,[1, 2])",
      ], random: 4000)
    func values(_ index: Int) -> [String] { plan.members.map { $0[index].value } }
    let uniform = try values(0).map { try #require(Double($0)) }
    #expect(uniform.allSatisfy { (-1...3).contains($0) })
    #expect(abs(uniform.reduce(0, +) / 4000 - 1) < 0.06)
    let logarithmic = try values(1).map { try #require(Double($0)) }
    #expect(logarithmic.allSatisfy { (1e-4...1e-2).contains($0) })
    // Half of them lie below the geometric mean of the ends.
    #expect(abs(logarithmic.count { $0 < 1e-3 } - 2000) < 100)
    let counts = Dictionary(grouping: values(2), by: { $0 }).mapValues(\.count)
    #expect(Set(counts.keys) == ["-1", "0", "1", "2"])
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 100 })
    let sizes = try values(3).map { try #require(Int($0)) }
    #expect(sizes.min() == 1 && sizes.max() == 100)
    // log 10 / log 101 of them are below 10.
    #expect(abs(sizes.count { $0 < 10 } - 1996) < 100)
    #expect(abs(values(4).count { $0 == "adam" } - 2000) < 100)
    #expect(Set(values(4)) == ["adam", "[1, 2]"])
  }

  @Test func gridsAloneAreDrawnWithoutRepetition() throws {
    let grids = ["a=1,2,3,4", "b=x,y,z"]
    let all = try SweepPlan(grids: grids, random: 12)
    let product = try SweepPlan(grids: grids)
    #expect(Set(overrides(all)) == Set(overrides(product)))
    #expect(all != product)
    #expect(try SweepPlan(grids: grids, random: 5).members == Array(all.members.prefix(5)))
  }

  @Test func seedsAreNumbersAndRanges() throws {
    #expect(try SeedList.seeds(of: "1,2,3") == [1, 2, 3])
    #expect(try SeedList.seeds(of: "7, 1..3,9..9") == [7, 1, 2, 3, 9])
    for (text, message) in [
      ("", "--seeds takes numbers such as 1,2,3 or 1..5, not ''"),
      ("1,", "--seeds takes numbers such as 1,2,3 or 1..5, not '1,'"),
      ("3..1", "--seeds takes numbers such as 1,2,3 or 1..5, not '3..1'"),
      ("-1", "--seeds takes numbers such as 1,2,3 or 1..5, not '-1'"),
      ("1..2..3", "--seeds takes numbers such as 1,2,3 or 1..5, not '1..2..3'"),
      ("1..3,2", "--seeds names the seed 2 twice"),
      ("0..18446744073709551615", "--seeds names more than 10000 seeds"),
    ] {
      let error = #expect(throws: SweepRequestError.self) { try SeedList.seeds(of: text) }
      #expect(error?.description == message)
    }
  }
}
