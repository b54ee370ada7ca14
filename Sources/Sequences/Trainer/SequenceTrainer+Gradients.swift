extension SequenceTrainer {
  /// Whether steps leave their gradients with the optimizer; see `Optimizer.keptGradients`.
  public var keepsGradients: Bool {
    get { optimizer.keepsGradients }
    set { optimizer.keepsGradients = newValue }
  }
}
