/// Every primitive there is, with the examples that prove it.
///
/// A test compares this list with the conformances in the sources, so a primitive cannot be left
/// out; `tandem gradcheck` and the comparison of the backends run over it.
public enum PrimitiveCatalogue {
  /// The primitives in the order of their files.
  public static let all: [any Primitive.Type] = [
    Unary.self, Identity.self, Binary.self, Reduce.self, Broadcast.self, MatrixProduct.self,
    Linear.self, Transpose.self, Reshape.self, Slice.self, Pad.self, Concatenate.self,
    Gather.self, ScatterAdd.self, Convert.self, Convolution.self, AffineConvolution.self,
    MaxPool.self, AveragePool.self, Resample.self, BatchNorm.self, LayerNorm.self, Softmax.self,
    SoftmaxCrossEntropy.self, BinaryCrossEntropy.self, Recurrent.self,
    LinearScan.self,
  ]
}
