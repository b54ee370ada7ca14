/// The binary cross-entropy of logits z with one target probability t, averaged:
///
///     L = mean(-t log sigmoid(z) - (1 - t) log(1 - sigmoid(z)))
///       = mean(t softplus(-z) + (1 - t) softplus(z))
///     dz = upstream (sigmoid(z) - t) / n
struct BinaryCrossEntropy: FusedPrimitive {
  let target: Double

  func composed(_ inputs: [Tensor]) -> Tensor {
    ((-inputs[0]).softplus() * target + inputs[0].softplus() * (1 - target)).mean()
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.binaryCrossEntropy(inputs[0], target: target)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    [kernels.binaryCrossEntropyGradient(inputs[0], target: target, upstream: upstream)]
  }

  static var examples: [Example] {
    [0, 0.1, 1].map { target in
      Example("target \(target)", [Example.tensor([7, 5])]) {
        BinaryCrossEntropy(target: target).apply($0)
      }
    }
  }
}

extension Tensor {
  /// The binary cross-entropy of logits z with one target probability t for all, in nats.
  ///
  ///     mean(-t log sigmoid(z) - (1 - t) log(1 - sigmoid(z)))
  ///
  /// At chance, z = 0, it is log 2 = 0.693 whatever the target. A target of 1 or 0 can be met with
  /// loss 0, a smoothed one of 0.9 no better than its entropy, 0.325. The form by softplus neither
  /// overflows nor takes the logarithm of 0.
  public func binaryCrossEntropy(target: Double) -> Tensor {
    require(count > 0, "binary cross-entropy of no logits")
    return BinaryCrossEntropy(target: target).apply([self])
  }
}
