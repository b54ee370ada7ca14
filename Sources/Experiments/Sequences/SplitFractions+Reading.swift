import TandemDatasets
import TandemRuns

extension SplitFractions {
  /// Reads `validation` and `test`, the parts that are not learned from, in a `data` section.
  init(_ section: inout ConfigurationReader, default usual: SplitFractions) {
    let validation = section.number("validation", default: usual.validation, in: 1e-6..<1)
    let test = section.number("test", default: usual.test, in: 0..<1)
    do {
      try self.init(train: 1 - validation - test, validation: validation, test: test)
    } catch {
      section.problem(
        at: "validation", "validation and test leave nothing to learn from", comparing: ["test"])
      self = usual
    }
  }
}
