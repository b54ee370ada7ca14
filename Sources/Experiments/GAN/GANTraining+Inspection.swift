import TandemTensors

extension GANTraining {
  public var keepsGradients: Bool {
    get { trainer.generatorOptimizer.keepsGradients }
    set {
      trainer.generatorOptimizer.keepsGradients = newValue
      trainer.discriminatorOptimizer.keepsGradients = newValue
    }
  }

  public var inspected: [(name: String, tensor: Tensor)] {
    inspection("generator", trainer.generator, trainer.generatorOptimizer)
      + inspection("discriminator", trainer.discriminator, trainer.discriminatorOptimizer)
  }
}
