import CKernels

extension CPUBackend {
  public func update(
    _ parameter: inout Tensor, gradient: Tensor, moments: inout [Tensor], _ rule: ParameterUpdate
  ) {
    require(
      parameter.dtype == .float32 && moments.areSingle,
      "optimizer step: parameter \(parameter.dtype), moments \(moments.map(\.dtype)), not float32")
    guard gradient.dtype == .float32 else {
      return update(&parameter, gradient: single(gradient), moments: &moments, rule)
    }
    require(
      gradient.shape == parameter.shape && moments.allSatisfy { $0.shape == parameter.shape },
      "optimizer step: gradient \(gradient.shape) for a parameter \(parameter.shape)")
    let count = parameter.count
    let step = tk_step(
      rate: Float(rule.learningRate), scale: Float(rule.gradientScale),
      limit: Float(rule.gradientLimit), decay: Float(rule.weightDecay),
      keep: Float(1 - rule.learningRate * rule.decoupledDecay))
    parameter.withUniqueStorage { parameter in
      let p = parameter.assumingMemoryBound(to: Float.self)
      switch rule.rule {
      case .sgd(let momentum, _, _) where momentum == 0:
        tk_sgd(p, gradient.pointer, nil, count, step, 0, 0, 0)
      case .sgd(let momentum, let nesterov, let isFirstStep):
        moments[0].withUniqueStorage {
          tk_sgd(
            p, gradient.pointer, $0.assumingMemoryBound(to: Float.self), count, step,
            Float(momentum), nesterov ? 1 : 0, isFirstStep ? 1 : 0)
        }
      case .rmsProp(let smoothing, let epsilon):
        moments[0].withUniqueStorage {
          tk_rms_prop(
            p, gradient.pointer, $0.assumingMemoryBound(to: Float.self), count, step,
            Float(smoothing), Float(1 - smoothing), Float(epsilon))
        }
      case .adam(let beta1, let beta2, let epsilon, let correction1, let correction2):
        var step = step
        step.rate = Float(rule.learningRate / correction1)
        let adam = tk_adam_rule(
          beta1: Float(beta1), innovation1: Float(1 - beta1), beta2: Float(beta2),
          innovation2: Float(1 - beta2), unbias2: Float(1 / correction2), epsilon: Float(epsilon))
        moments.withUnsafeMutableBufferPointer { moments in
          moments[0].withUniqueStorage { first in
            moments[1].withUniqueStorage { second in
              tk_adam(
                p, gradient.pointer, first.assumingMemoryBound(to: Float.self),
                second.assumingMemoryBound(to: Float.self), count, step, adam)
            }
          }
        }
      }
    }
  }

  public func average(_ average: inout Tensor, toward parameter: Tensor, decay: Double) {
    require(
      average.dtype == .float32 && average.shape == parameter.shape,
      "moving average: \(average.dtype)\(average.shape) of a parameter \(parameter.shape)")
    guard parameter.dtype == .float32 else {
      return self.average(&average, toward: single(parameter), decay: decay)
    }
    let count = parameter.count
    average.withUniqueStorage {
      tk_average(
        $0.assumingMemoryBound(to: Float.self), parameter.pointer, count, Float(1 - decay))
    }
  }
}
