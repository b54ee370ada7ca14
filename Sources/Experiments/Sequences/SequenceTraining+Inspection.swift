import TandemTensors

extension SequenceTraining {
  public var keepsGradients: Bool {
    get { trainer.keepsGradients }
    set { trainer.keepsGradients = newValue }
  }

  public var inspected: [(name: String, tensor: Tensor)] {
    inspection("model", trainer.model, trainer.optimizer)
  }
}
