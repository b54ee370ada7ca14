import Foundation
import ReferenceCases
import TandemTraining
import Testing

struct ScheduleTests {
  private func expectClose(
    _ schedule: Schedule, _ rates: [Double], _ location: SourceLocation = #_sourceLocation
  ) {
    for (step, rate) in rates.enumerated() {
      #expect(
        abs(schedule.rate(at: step) - rate) < 1e-15, "step \(step)", sourceLocation: location)
    }
  }

  /// Traces of PyTorch's schedulers, made by `Tests/References/optimizers.py`.
  @Test func followsTheTraces() throws {
    var covered = 0
    for example in try ReferenceGroup.schedules.cases()
    where example.operation != "reduceOnPlateau" {
      let curve: Schedule.Curve =
        switch example.operation {
        case "step": .step(interval: example.int("interval"), factor: example.double("factor"))
        case "exponential": .exponential(factor: example.double("factor"))
        case "cosine": .cosine(steps: example.int("steps"), minimum: example.double("minimum"))
        case "linearWarmUp":
          .warmUp(steps: example.int("steps"), startFactor: example.double("startFactor"))
        default: .constant
        }
      let schedule = try Schedule(curve, learningRate: example.double("learningRate"))
      expectClose(schedule, example.tensor("rates").values)
      covered += 1
    }
    #expect(covered == 6)
  }

  @Test func plateauFollowsTheTraces() throws {
    let cases = try ReferenceGroup.schedules.cases().filter { $0.operation == "reduceOnPlateau" }
    #expect(cases.count == 5)
    for example in cases {
      let metrics = example.tensor("metrics").values
      let rates = example.tensor("rates").values
      let fresh = try PlateauSchedule(
        .init(
          mode: example.text("mode") == "max" ? .maximum : .minimum,
          factor: example.double("factor"), patience: example.int("patience"),
          threshold: .relative(example.double("threshold")),
          cooldown: example.int("cooldown"), minimum: example.double("minimum")),
        learningRate: example.double("learningRate"))
      var schedule = fresh
      for (step, metric) in metrics.enumerated() {
        #expect(abs(schedule.rate - rates[step]) < 1e-15, "\(example), step \(step)")
        schedule.observe(metric)
        // As a run that is stopped and resumed after every observation.
        schedule = try JSONDecoder().decode(
          PlateauSchedule.self, from: JSONEncoder().encode(schedule))
      }
    }
  }

  // torch 2.15, base rate 0.2:
  //   MultiStepLR(o, [2, 5, 6], 0.5)
  //   LinearLR(o, 1.0, 0.1, 5)
  //   SequentialLR(o, [LinearLR(o, 0.25, 1.0, 4), CosineAnnealingLR(o, 6, 0.02)], [4])
  //   SequentialLR(o, [LinearLR(o, 0.25, 1.0, 4), StepLR(o, 2, 0.5)], [4])
  @Test func composes() throws {
    expectClose(
      try Schedule(.milestones([2, 5, 6], factor: 0.5), learningRate: 0.2),
      [0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.025, 0.025])
    expectClose(
      try Schedule(.linear(steps: 5, endFactor: 0.1), learningRate: 0.2),
      [0.2, 0.164, 0.128, 0.092, 0.056, 0.02, 0.02, 0.02])
    expectClose(
      try Schedule(
        .warmUp(steps: 4, startFactor: 0.25, then: .cosine(steps: 6, minimum: 0.02)),
        learningRate: 0.2),
      [
        0.05, 0.0875, 0.125, 0.1625, 0.2, 0.1879422863405995, 0.155, 0.11, 0.065,
        0.03205771365940052, 0.02,
      ])
    expectClose(
      try Schedule(
        .warmUp(steps: 4, startFactor: 0.25, then: .step(interval: 2, factor: 0.5)),
        learningRate: 0.2),
      [0.05, 0.0875, 0.125, 0.1625, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05])
  }

  @Test func staysAtTheEnd() throws {
    let cosine = try Schedule(.cosine(steps: 10, minimum: 0.05), learningRate: 0.2)
    #expect(cosine.rate(at: 10) == 0.05 && cosine.rate(at: 1_000_000) == 0.05)
    let warmUp = try Schedule(.warmUp(steps: 4), learningRate: 0.2)
    #expect(warmUp.rate(at: 0) == 0 && warmUp.rate(at: 4) == 0.2 && warmUp.rate(at: 9) == 0.2)
    let constant = try Schedule(.constant, learningRate: 0.2)
    #expect(constant.rate(at: 0) == 0.2 && constant.rate(at: 77) == 0.2)
  }

  // torch 2.15, base rate 0.2:
  //   ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0.1, threshold_mode="abs")
  @Test func plateauTakesAnAbsoluteThreshold() throws {
    var schedule = try PlateauSchedule(
      .init(factor: 0.5, patience: 1, threshold: .absolute(0.1)), learningRate: 0.2)
    let metrics = [-1, -2, -2.05, -2.1, -2.3, -2.2, -2.35, -2.3, -2.3, -2.3]
    let rates = metrics.map { schedule.observe($0) }
    #expect(rates == [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025])
  }

  @Test func plateauTakesNaNForNoBetter() throws {
    var schedule = try PlateauSchedule(.init(factor: 0.5, patience: 1), learningRate: 1)
    #expect(schedule.observe(.nan) == 1 && schedule.best == nil)
    #expect(schedule.observe(.nan) == 0.5)
    #expect(schedule.observe(3) == 0.5 && schedule.best == 3)
  }

  @Test func refusesValuesOutOfRange() {
    func message(_ curve: Schedule.Curve, _ rate: Double = 1) -> String? {
      do {
        _ = try Schedule(curve, learningRate: rate)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(message(.constant, -1) == "learningRate is -1.0, it must be finite and not negative")
    #expect(message(.step(interval: 0, factor: 1)) == "interval is 0, it must be at least 1")
    #expect(
      message(.step(interval: 1, factor: 0)) == "factor is 0.0, it must be finite and positive")
    #expect(
      message(.milestones([3, 3], factor: 0.1)) == "milestones[1] is 3, it must be at least 4")
    #expect(
      message(.exponential(factor: .nan)) == "factor is nan, it must be finite and positive")
    #expect(message(.cosine(steps: 0)) == "steps is 0, it must be at least 1")
    #expect(
      message(.cosine(steps: 1, minimum: 2)) == "minimum is 2.0, it must be between 0.0 and 1.0")
    #expect(
      message(.warmUp(steps: 1, startFactor: 1.5))
        == "startFactor is 1.5, it must be between 0.0 and 1.0")
    #expect(
      message(.warmUp(steps: 1, then: .linear(steps: 0))) == "steps is 0, it must be at least 1")
  }

  @Test func plateauRefusesValuesOutOfRange() {
    func message(_ settings: PlateauSchedule.Settings) -> String? {
      do {
        _ = try PlateauSchedule(settings, learningRate: 0.5)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(message(.init()) == nil)
    #expect(
      message(.init(factor: 1)) == "factor is 1.0, it must be at least 0.0 and less than 1.0")
    #expect(message(.init(patience: -1)) == "patience is -1, it must be at least 0")
    #expect(message(.init(cooldown: -1)) == "cooldown is -1, it must be at least 0")
    #expect(message(.init(minimum: 1)) == "minimum is 1.0, it must be between 0.0 and 0.5")
    #expect(
      message(.init(threshold: .relative(1)))
        == "threshold is 1.0, it must be at least 0.0 and less than 1.0")
    #expect(
      message(.init(threshold: .absolute(-1)))
        == "threshold is -1.0, it must be finite and not negative")
  }
}

/// A rate that is decided in one of two ways.
@Suite struct RateScheduleTests {
  @Test func aCurveFollowsTheStepAlone() throws {
    var rate = RateSchedule.steps(try Schedule(.step(interval: 2, factor: 0.5), learningRate: 1))
    let before = rate
    rate.observe(1)
    rate.observe(2)
    rate.state = try PlateauSchedule(learningRate: 3)
    #expect(rate == before && rate.state == nil)
    #expect((0..<4).map { rate.rate(at: $0) } == [1, 1, 0.5, 0.5])
  }

  @Test func aPlateauFollowsWhatIsObserved() throws {
    var rate = RateSchedule.plateau(
      try PlateauSchedule(.init(factor: 0.5, patience: 0), learningRate: 1))
    let start = rate
    rate.observe(1)
    #expect(rate.rate(at: 100) == 1)
    rate.observe(1)
    #expect(rate.rate(at: 0) == 0.5)
    var other = start
    other.state = rate.state
    #expect(other == rate && other != start)
    other.state = nil
    #expect(other == rate)
  }
}
