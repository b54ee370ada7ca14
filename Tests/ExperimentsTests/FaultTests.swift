import Foundation
import TandemExperiments
import TandemRuns
import TestDisks
import Testing

/// Every operation on the disk that a whole run consists of fails in turn, with another error at
/// each, once or from then on. What is left can be read, and ends as if nothing had been.
@Suite struct FaultTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  enum Example: CaseIterable {
    case adding, images
  }

  func experiment(_ example: Example) throws -> Experiment {
    let rest = """
      metrics: {every: 2}
      samples: {every: 4\(example == .images ? ", count: 2, columns: 2, scale: 1" : "")}
      checkpoints: {every: 2, keep: 1}
      """
    switch example {
    case .adding:
      return try scratch.experiment(
        """
        kind: adding
        data: {steps: 5, validationBatches: 1}
        network: {cell: tanh, size: 3, dropout: {output: 0.2}}
        optimizer: {schedule: {kind: plateau, patience: 0}}
        training: {steps: 5, batchSize: 4}
        validation: {every: 2}
        \(rest.replacing("every: 4", with: "every: 4, gradientFlow: false"))
        """)
    case .images:
      let file = try scratch.images(20, size: 4)
      return try scratch.experiment(
        """
        data: {kind: idx, path: \(file), size: 4}
        latent: {size: 2}
        generator:
          network: {kind: mlp, hidden: [4], batchNorm: true, dropout: 0.2}
          average: {decay: 0.9}
        discriminator:
          network: {kind: mlp, hidden: [4], dropout: 0.2}
        training: {steps: 5, batchSize: 4}
        \(rest)
        """)
    }
  }

  @Test(arguments: Example.allCases, [false, true])
  func everyFailureLeavesARunThatGoesOn(_ example: Example, isPersistent: Bool) throws {
    try onOneThread { try letEachOperationFail(of: example, isPersistent: isPersistent) }
  }

  func letEachOperationFail(of example: Example, isPersistent: Bool) throws {
    let experiment = try experiment(example)
    func disk(failingAfter count: Int, code: Int32 = ENOSPC) -> FaultyFileSystem {
      FaultyFileSystem(
        failingAfter: count, persistent: isPersistent, code: code, writes: .wholes)
    }
    func resume(_ path: String) throws {
      var options = ExperimentRunner.Options(isQuiet: true)
      options.fileSystem = disk(failingAfter: .max)
      _ = try ExperimentRunner(experiment, options: options).resume(path)
    }
    let whole = try Remains(
      of: run(experiment, in: "\(scratch.path)/whole", disk: disk(failingAfter: .max)))
    let codes = [ENOSPC, EIO, EDQUOT, EACCES]
    var (operation, withoutRun, resumed) = (0, 0, 0)
    while true {
      defer { operation += 1 }
      let runs = "\(scratch.path)/runs-\(operation)"
      let code = codes[operation % codes.count]
      let faulty = disk(failingAfter: operation, code: code)
      let problem = message { try run(experiment, in: runs, disk: faulty) }
      if !faulty.hasFailed { break }
      // The system's own words, in one line; some failures are of no consequence and are not told.
      let text = String(cString: strerror(code))
      #expect(problem == "no error" || problem.contains(": \(text)"), "\(operation): \(problem)")
      #expect(problem.filter(\.isNewline).isEmpty)

      let directories = try runDirectories(runs).filter { !$0.contains(".new") }
      guard let path = directories.first else {
        withoutRun += 1
        continue
      }
      #expect(directories.count == 1)
      var recorded = RecordedRun(path: path)
      let (rows, _, events) = (recorded.metrics(), recorded.samples(), recorded.events())
      #expect(recorded.notes == [], "\(operation): \(problem)")
      let saved = events.last {
        if case .checkpoint = $0.kind { true } else { false }
      }
      let store = CheckpointStore(path: "\(path)/checkpoints")
      let last = try store.last { Issue.record("\(operation): \($0)") }
      #expect((last?.step ?? 0) >= (saved?.step ?? 0), "\(operation): \(problem)")
      if let last {
        // The row of a checkpoint is there before it is.
        #expect((rows.steps.last ?? 0) >= last.step)
        var training = try experiment.configuration.training() as any ExperimentTraining
        try training.restore(last)
      }

      try resume(path)
      resumed += 1
      #expect(RunSummary(path: path).status == .done)
      let remains = try Remains(of: path)
      #expect(remains == whole, "\(operation): \(problem)")
      try FileManager.default.removeItem(atPath: runs)
    }
    #expect(withoutRun > 10 && resumed > 100, "\(withoutRun), \(resumed)")
  }
}
