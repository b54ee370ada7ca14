import TandemRuns
import Testing

@Suite struct ConfigurationMatrixTests {
  private func read(
    _ yaml: String, overrides: [String] = []
  ) throws -> (matrix: [[Double]], resolved: ConfigurationValue) {
    var reader = ConfigurationReader(yaml: yaml, file: "experiment.yaml", overrides: overrides)
    let matrix = reader.matrix("m", rows: 1...3, columns: 2...2)
    return (matrix, try reader.finish())
  }

  private func problem(_ yaml: String) -> String {
    do {
      return "none: \(try read(yaml).matrix)"
    } catch { return "\(error)" }
  }

  @Test func rowsOfNumbers() throws {
    let (matrix, resolved) = try read("m: [[1, 2.5], [-3, 4e-1]]")
    #expect(matrix == [[1, 2.5], [-3, 0.4]])
    #expect(resolved["m.1.0"] == .number(-3))
    #expect(try read("m: [[1, 2]]", overrides: ["m=[[5, 6]]"]).matrix == [[5, 6]])
  }

  @Test func problemsAreNamed() {
    #expect(
      problem("{}")
        == "experiment.yaml:1:1: m: this key is required; expected a list of rows of numbers")
    #expect(problem("m: 3").contains("m: expected a list of rows of numbers, found 3"))
    #expect(problem("m: [1, 2]").contains("m.0: expected a row of numbers, found 1"))
    #expect(problem("m: [[1, a]]").contains("m.0.1: expected a number"))
    #expect(
      problem("m: [[1, 2], [3]]").contains("m.1: expected 2 numbers as in the first row, found 1"))
    #expect(problem("m: []").contains("expected a count in 1...3 of rows, found 0"))
    #expect(problem("m: [[1, 2, 3]]").contains("expected a count in 2...2 of columns, found 3"))
  }
}
