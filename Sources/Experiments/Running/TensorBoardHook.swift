import TandemLayers
import TandemRuns
import TandemTensorBoard
import TandemTensors
import TandemTraining

/// What a training loop does for TensorBoard beside what the run directory tells by itself.
struct TensorBoardHook {
  private let log: TensorBoardLog
  private let histograms: CountOrFlag
  private let samplesEvery: Int

  /// Lets an event file follow the run, unless that is switched off.
  init?(_ run: RunDirectory, _ settings: RunSettings) {
    guard let tensorBoard = settings.tensorBoard else { return nil }
    histograms = tensorBoard.histograms
    samplesEvery = settings.samplesEvery
    log = TensorBoardLog.follow(run) { [weak run] message in
      StandardError.warn(message)
      try? run?.log("warning: \(message)")
    }
  }

  /// Lets the next step keep its gradients, if histograms of it are due.
  func prepare(_ training: inout some ExperimentTraining, totalSteps: Int) {
    let step = training.step + 1
    let isDue =
      switch histograms {
      case .flag(let withSamples):
        withSamples && (step == totalSteps || step.isMultiple(of: samplesEvery))
      case .count(let every): step.isMultiple(of: every)
      }
    if isDue { training.keepsGradients = true }
  }

  /// Adds the histograms of a step that has kept its gradients.
  func noteStep(of training: inout some ExperimentTraining) {
    guard training.keepsGradients else { return }
    log.noteHistograms(
      step: training.step, training.inspected.map { ($0.name, $0.tensor.floats) })
    training.keepsGradients = false
  }
}

extension ExperimentTraining {
  /// A network's weights, and its gradients where its optimizer has kept them.
  func inspection(
    _ network: String, _ model: some Layer, _ optimizer: Optimizer
  ) -> [(name: String, tensor: Tensor)] {
    zip(model.parameterNames, model.parameters).map { ("weights/\(network)/\($0)", $1) }
      + optimizer.keptGradients.map { ("gradients/\(network)/\($0.name)", $0.tensor) }
  }
}
