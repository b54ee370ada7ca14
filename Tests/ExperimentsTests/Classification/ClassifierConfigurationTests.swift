import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// What a classifier's configuration may say, and what is said against it.
@Suite struct ClassifierConfigurationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The problems of a configuration, without the file's place.
  func problems(_ overrides: String...) -> [String] {
    message { _ = try scratch.classifier(overrides: overrides) }.split(separator: "\n").map {
      String($0).replacing(#/^.*experiment.yaml:\d+:\d+: /#, with: "")
    }
  }

  @Test func problemsAreNamed() {
    #expect(
      problems("learningRule.kind=hebb") == [
        """
        --set learningRule.kind: expected one of backprop, childTuning, syntheticGradients, \
        predictiveCoding, found "hebb"
        """
      ])
    #expect(problems("learningRule={kind: childTuning, p: 0}").count == 1)
    #expect(problems("learningRule={kind: childTuning, mode: free, fisherExamples: 3}").count == 1)
    #expect(
      problems("network={kind: cnn, kernel: 4}")[0].hasSuffix(
        "kernel: expected an odd number, so that images keep their size"))
    #expect(
      problems("network={kind: cnn, channels: [2, 2, 2, 2]}")[0].hasSuffix(
        "channels: 4 poolings leave nothing of an image of 8 pixels a side"))
    #expect(
      problems("data.classes=[1, 1]")[0].hasSuffix(
        "classes: expected two classes or more, each once, or [] for all"))
    #expect(
      problems("data.testImages=x.idx")[0].hasSuffix(
        "testImages: give testImages and testLabels, or neither of them"))
    #expect(problems("pretraining={classes: [1, 1], epochs: 2}")[0].hasSuffix("each class once"))
    #expect(problems("network.hiden=[3]")[0].contains("did you mean 'hidden'?"))
  }

  @Test func dataThatCannotBeUsedAreNamed() throws {
    func message(_ overrides: String...) -> String {
      ExperimentsTests.message {
        let experiment = try scratch.classifier(overrides: overrides)
        _ = try classifierConfiguration(experiment).training()
      }
    }
    #expect(
      message("data.classes=[0, 7]").hasPrefix("data.classes: 7 is not among the 4 classes of "))
    #expect(
      message("data.limit=10") == "training.batchSize: 16 is more than the 10 images to learn from")
    #expect(message("data.images=nowhere.idx").contains("nowhere.idx"))
    #expect(message("data.size=6").contains("cannot be padded to 6x6"))
  }

  /// Images that are kept for tests are not learned from, and classes are numbered anew.
  @Test func partsAreDisjoint() throws {
    let whole = try classifierConfiguration(scratch.classifier())
    let some = try classifierConfiguration(
      scratch.classifier(overrides: ["data.classes=[2, 0]", "data.limit=30"]))
    var (a, b) = (try whole.training(), try some.training())
    #expect(a.totalSteps == 60 && b.totalSteps == 60)
    _ = try (a.takeStep(), b.takeStep())
    // 160 images are 10 batches of 16; 30 are one.
    #expect(a.epoch == 0.1 && b.epoch == 1)
    #expect(a.reading.contains("among 4 classes") && b.reading.contains("among 2 classes"))
  }

  @Test func aFolderOfFoldersIsASet() throws {
    let experiment = try scratch.experiment(
      """
      kind: classifier
      data: {kind: folder, path: pictures, size: 8}
      network: {kind: mlp}
      training: {epochs: 1}
      """)
    let configuration = try classifierConfiguration(experiment)
    #expect(
      configuration.data.source
        == .folder(train: "\(experiment.directory)/pictures", test: nil))
    #expect(configuration.data.elementShape == [8, 8, 3])
    #expect(message { _ = try configuration.training() }.contains("pictures"))
  }
}
