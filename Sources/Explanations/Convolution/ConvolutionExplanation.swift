import TandemTensors

/// Makes the page of a convolution with its two poolings.
struct ConvolutionExplanation {
  /// A matrix of numbers with its rows and columns counted from 1 in the symbols.
  struct Matrix {
    let rows: Int
    let columns: Int
    let all: [Quantity]

    init(_ id: String, _ symbol: (String) -> String, _ tensor: Tensor, rows: Int, columns: Int) {
      (self.rows, self.columns) = (rows, columns)
      all = tensor.values.enumerated().map { index, value in
        let place = "\(index / columns + 1)\(index % columns + 1)"
        return Quantity("\(id).\(index)", symbol(place), value)
      }
    }

    subscript(row: Int, column: Int) -> Quantity { all[index(row, column)] }
    func index(_ row: Int, _ column: Int) -> Int { row * columns + column }
  }

  let configuration: ConvolutionConfiguration
  let x, k, z, maxima, means, maxTargets, meanTargets: Matrix
  let dMaxima, dMeans, dzMax, dzMean, dz, dk, turned, dx, kAfter: Matrix
  let b, db, bAfter, maxError, meanError, error, errorAfter, rate: Quantity

  init(_ configuration: ConvolutionConfiguration) {
    self.configuration = configuration
    let (height, width) = (configuration.image.count, configuration.image[0].count)
    let (kernelHeight, kernelWidth) = (configuration.kernel.count, configuration.kernel[0].count)
    let (rows, columns) = (height - kernelHeight + 1, width - kernelWidth + 1)
    let window = configuration.window
    let pooled: Shape = [1, rows / window, columns / window, 1]

    var trace = Trace()
    let image = trace.leaf(
      "x", Array(configuration.image.joined()), [1, height, width, 1])
    let kernel = trace.leaf(
      "k", Array(configuration.kernel.joined()), [1, 1, kernelHeight, kernelWidth])
    let bias = trace.leaf("b", [configuration.bias], [1])
    let targets = [configuration.maxTargets, configuration.meanTargets].map {
      Tensor(Array($0.joined()), pooled, .float64)
    }
    func errors(_ maxima: Tensor, _ means: Tensor) -> (max: Tensor, mean: Tensor) {
      (
        ((maxima - targets[0]).squared() * 0.5).sum(), ((means - targets[1]).squared() * 0.5).sum()
      )
    }
    let output = trace.keep("z", image.convolution(kernel, bias: bias))
    // One node for each of the two poolings, so that what each sends back can be told apart.
    let forMax = trace.keep("z.max", output.scaled(by: 1))
    let forMean = trace.keep("z.mean", output.scaled(by: 1))
    let maxima = trace.keep("max", forMax.maxPooled(window: window))
    let means = trace.keep("mean", forMean.averagePooled(window: window))
    let (maxError, meanError) = errors(maxima, means)
    let total = maxError + meanError
    trace.differentiate(total)

    let rate = configuration.learningRate
    let (newKernel, newBias) = (
      trace.updated("k", learningRate: rate), trace.updated("b", learningRate: rate)
    )
    let newOutput = image.detached.convolution(newKernel, bias: newBias)
    let after = errors(
      newOutput.maxPooled(window: window), newOutput.averagePooled(window: window))

    func matrix(
      _ id: String, _ tensor: Tensor, _ rows: Int, _ columns: Int,
      _ symbol: @escaping (String) -> String
    ) -> Matrix {
      Matrix(id, symbol, tensor, rows: rows, columns: columns)
    }
    func small(_ id: String, _ tensor: Tensor, _ symbol: @escaping (String) -> String) -> Matrix {
      matrix(id, tensor, rows / window, columns / window, symbol)
    }
    x = matrix("x", image, height, width) { "x_{\($0)}" }
    dx = matrix("dx", trace.gradient("x"), height, width) { "∂E/∂x_{\($0)}" }
    k = matrix("k", kernel, kernelHeight, kernelWidth) { "k_{\($0)}" }
    dk = matrix("dk", trace.gradient("k"), kernelHeight, kernelWidth) { "∂E/∂k_{\($0)}" }
    kAfter = matrix("k.after", newKernel, kernelHeight, kernelWidth) { "k_{\($0)}′" }
    let flipped = Tensor(kernel.values.reversed(), kernel.shape, .float64)
    turned = matrix("turned", flipped, kernelHeight, kernelWidth) { "κ_{\($0)}" }
    z = matrix("z", output, rows, columns) { "z_{\($0)}" }
    dz = matrix("dz", trace.gradient("z"), rows, columns) { "∂E/∂z_{\($0)}" }
    dzMax = matrix("dz.max", trace.gradient("z.max"), rows, columns) { "∂E_{max}/∂z_{\($0)}" }
    dzMean = matrix("dz.mean", trace.gradient("z.mean"), rows, columns) { "∂E_{mean}/∂z_{\($0)}" }
    self.maxima = small("max", maxima) { "m_{\($0)}" }
    self.means = small("mean", means) { "a_{\($0)}" }
    maxTargets = small("t.max", targets[0]) { "t_{\($0)}" }
    meanTargets = small("t.mean", targets[1]) { "s_{\($0)}" }
    dMaxima = small("dmax", trace.gradient("max")) { "∂E/∂m_{\($0)}" }
    dMeans = small("dmean", trace.gradient("mean")) { "∂E/∂a_{\($0)}" }
    b = Quantity("b", "b", bias.values[0])
    db = Quantity("db", "∂E/∂b", trace.gradient("b").values[0])
    bAfter = Quantity("b.after", "b′", newBias.values[0])
    self.maxError = Quantity("E.max", "E_{max}", maxError.scalar)
    self.meanError = Quantity("E.mean", "E_{mean}", meanError.scalar)
    error = Quantity("E", "E", total.scalar)
    errorAfter = Quantity("E.after", "E′", (after.max + after.mean).scalar)
    self.rate = Quantity("rate", "η", rate)
  }
}
