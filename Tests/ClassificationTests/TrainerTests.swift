import TandemClassification
import TandemLayers
import TandemTensors
import TandemTraining
import Testing

@Suite struct TrainerTests {
  func trainer(
    _ model: Classifier, _ rule: any LearningRule, seed: UInt64 = 1
  ) throws -> ClassifierTrainer {
    ClassifierTrainer(
      model: model, optimizer: try .adam(), rate: .steps(try .init(.constant, learningRate: 5e-3)),
      rule: rule, loss: .init(labelSmoothing: 0.1), classes: 3, comparesEvery: 2, seed: seed)
  }

  /// Every rule learns to tell bars apart, with either network.
  @Test(arguments: 0..<6) func everyRuleLearns(_ index: Int) throws {
    for model in [dense(dropout: 0.1), convolutional()] {
      var trainer = try trainer(model, rules(for: model)[index])
      if trainer.needsPreparation {
        var rest = [bars(60)][...]
        try trainer.prepare { rest.popFirst() }
      }
      for step in 0..<150 { _ = try trainer.takeStep(bars(32, seed: UInt64(100 + step))) }
      var rest = [bars(300, seed: 7)][...]
      let measures = trainer.evaluate { rest.popFirst() }
      #expect(measures.accuracy > 0.95, "\(trainer.rule.name), \(model)")
      #expect(measures.count == 300)
    }
  }

  /// A restored trainer goes on as the uninterrupted one, to the bit.
  @Test(arguments: 0..<6) func restoringIsExact(_ index: Int) throws {
    for model in [dense(batchNorm: true, dropout: 0.2), convolutional()] {
      var whole = try trainer(model, rules(for: model)[index])
      if whole.needsPreparation {
        var rest = [bars(20)][...]
        try whole.prepare { rest.popFirst() }
      }
      for step in 0..<3 { _ = try whole.takeStep(bars(16, seed: UInt64(step))) }
      let parts = whole.parts.mapValues {
        Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.tensor) })
      }
      let other = dense(batchNorm: true, dropout: 0.2, seed: 9)
      let fresh = model.modules.count == other.modules.count ? other : convolutional(seed: 9)
      var restored = try trainer(fresh, rules(for: fresh)[index], seed: 2)
      try restored.restore(whole.progress, parts)
      #expect(!restored.needsPreparation)
      for step in 3..<7 {
        let batch = bars(16, seed: UInt64(step))
        let (a, b) = (try whole.takeStep(batch), try restored.takeStep(batch))
        #expect(a.map(\.name) == b.map(\.name))
        #expect(a.map(\.value) == b.map(\.value), "\(whole.rule.name)")
      }
      #expect(restored.progress == whole.progress)
      for (name, tensors) in whole.parts {
        let found = try #require(restored.parts[name])
        #expect(found.map(\.name) == tensors.map(\.name))
        #expect(distance(found.map(\.tensor), tensors.map(\.tensor)) == 0, "\(name)")
      }
    }
  }

  @Test func whatDoesNotFitChangesNothing() throws {
    let model = dense()
    var trainer = try trainer(model, Backpropagation())
    var other = try self.trainer(model, rules(for: model)[3])
    _ = try other.takeStep(bars(8))
    let parts = other.parts.mapValues {
      Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.tensor) })
    }
    do {
      try trainer.restore(other.progress, parts)
      Issue.record("nothing was thrown")
    } catch {
      #expect(
        "\(error)" == """
          the stored state does not fit: 'optimizer.0.0.bias/moment1' is not a tensor of the rule \
          backprop
          """)
    }
    #expect(trainer.step == 0)
    #expect(distance(trainer.model.parameters, model.parameters) == 0)
  }

  @Test func cosinesAreMeasuredWhenAsked() throws {
    let model = dense()
    var trainer = try trainer(model, PredictiveCoding())
    let measured = try (0..<4).map { step in
      try trainer.takeStep(bars(16, seed: UInt64(step))).contains { $0.name == "cosine" }
    }
    #expect(measured == [true, false, true, false])
  }

  @Test func aLossThatIsNotFiniteStops() throws {
    let model = dense()
    var trainer = try trainer(model, Backpropagation())
    let batch = bars(4)
    let broken = LabelledBatch(images: batch.images * Double.infinity, labels: batch.labels)
    do {
      _ = try trainer.takeStep(broken)
      Issue.record("nothing was thrown")
    } catch {
      #expect("\(error)" == "step 0: the loss 'loss/train' is NaN")
    }
    #expect(distance(trainer.model.parameters, model.parameters) == 0)
  }
}
