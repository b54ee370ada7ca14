import TandemTensors

/// Losses: scalars that are averaged over all elements of a batch, or over all labels.
extension Tensor {
  // MARK: Classification

  /// The binary cross-entropy of logits with a target probability for each, of the same shape.
  public func binaryCrossEntropy(targets: Tensor) -> Tensor {
    checkTargets("binary cross-entropy", targets)
    return ((-self).softplus() + self * (1 - targets)).mean()
  }

  /// The mean cross-entropy of logits `[..., classes]` with int32 labels `[...]`, in nats.
  ///
  ///     mean(log(sum_c exp(z_c)) - z_label)
  ///
  /// Guessing evenly costs log(classes). Its exponential is the perplexity.
  public func crossEntropy(labels: Tensor) -> Tensor {
    require(
      rank >= 2 && labels.shape.elementsEqual(shape.dropLast()),
      "cross-entropy: logits \(shape), labels \(labels.shape)")
    return reshaped(to: [labels.count, shape[rank - 1]])
      .softmaxCrossEntropy(labels: labels.reshaped(to: [labels.count])).mean()
  }

  /// The hinge loss of scores s, with a target side t of 1 or -1 for all.
  ///
  ///     mean(max(0, 1 - t s))
  ///
  /// A score costs nothing once it lies on its side by 1 or more; at s = 0 it costs 1.
  public func hingeLoss(target: Double) -> Tensor {
    scaled(by: -target, plus: 1).relu().mean()
  }

  // MARK: Regression

  /// `mean((x - y)²)`. Predicting the targets' mean costs their variance.
  public func meanSquaredError(_ targets: Tensor) -> Tensor {
    checkTargets("mean squared error", targets)
    return (self - targets).squared().mean()
  }

  /// `mean(|x - y|)`, the L1 loss, in the targets' unit; where they are equal the gradient is 0.
  public func meanAbsoluteError(_ targets: Tensor) -> Tensor {
    checkTargets("mean absolute error", targets)
    return (self - targets).absoluteValue().mean()
  }

  /// The Huber loss: square near zero and linear beyond `delta`, so that no outlier pulls harder
  /// than `delta`.
  ///
  ///     mean(d² / 2 where |d| <= delta, else delta (|d| - delta / 2)),     d = x - y
  public func huberLoss(_ targets: Tensor, delta: Double = 1) -> Tensor {
    checkTargets("Huber loss", targets)
    require(delta > 0, "Huber loss: delta \(delta)")
    let distance = (self - targets).absoluteValue()
    let near = distance.clamped(to: 0...delta)
    return (near * (distance - near * 0.5)).mean()
  }

  private func checkTargets(_ loss: String, _ targets: Tensor) {
    require(
      shape == targets.shape,
      "\(loss): predictions \(shape) and targets \(targets.shape) differ in shape")
  }
}
