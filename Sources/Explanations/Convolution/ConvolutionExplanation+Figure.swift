import TandemCharts

extension ConvolutionExplanation {
  /// Forward in the upper half, backward below it.
  var figure: Figure {
    let cell = Position(80, 34)
    let (left, gap) = (16.0, 40.0)
    func width(_ matrix: Matrix) -> Double { Double(matrix.columns) * cell.x }
    func height(_ matrix: Matrix) -> Double { Double(matrix.rows) * cell.y }
    // Columns: image, kernel, convolution, pooled values with their targets and slopes.
    let kernelLeft = left + width(x) + gap
    let outputLeft = kernelLeft + max(width(k), Figure.Node.usualWidth) + gap
    let pooledLeft = outputLeft + width(z) + gap
    // A title stands above each.
    let pooledWidth = max(width(maxima), 100)
    let top = 40.0
    var figure = Figure(width: 0, height: 0)
    func add(
      _ id: String, _ title: String, _ matrix: Matrix, _ x: Double, _ y: Double,
      _ role: Figure.Row.Role
    ) {
      figure.grids.append(
        .init(
          id, title, at: Position(x, y), columns: matrix.columns, cell: cell, matrix.all, role))
    }
    let pooledHeight = height(maxima) + 44
    let secondTop = top + max(height(x), height(k) + 120, 3 * pooledHeight - 44) + 60
    add("x", "image x", x, left, top, .forward)
    add("k", "kernel k", k, kernelLeft, top, .parameter)
    add("z", "z = x ∗ k + b", z, outputLeft, top, .forward)
    for (column, entry) in [
      ("max", "max m", maxima, "targets t", maxTargets, "∂E/∂m", dMaxima),
      ("mean", "mean a", means, "targets s", meanTargets, "∂E/∂a", dMeans),
    ].enumerated() {
      let across = pooledLeft + Double(column) * (pooledWidth + 24)
      let (id, title, values, targetTitle, targets, slopeTitle, slopes) = entry
      add(id, title, values, across, top, .forward)
      add("t.\(id)", targetTitle, targets, across, top + pooledHeight, .parameter)
      add("d\(id)", slopeTitle, slopes, across, top + 2 * pooledHeight, .backward)
    }
    add("dx", "∂E/∂x, full convolution of ∂E/∂z with κ", dx, left, secondTop, .backward)
    add("turned", "κ, k turned by 180°", turned, kernelLeft, secondTop, .parameter)
    add("dk", "∂E/∂k", dk, kernelLeft, secondTop + height(k) + 44, .backward)
    add(
      "k.after", "k′ after the step", kAfter, kernelLeft, secondTop + 2 * (height(k) + 44),
      .parameter)
    add("dz", "∂E/∂z", dz, outputLeft, secondTop, .backward)
    add("dz.max", "∂E_{max}/∂z", dzMax, pooledLeft, secondTop, .backward)
    add("dz.mean", "∂E_{mean}/∂z", dzMean, pooledLeft, secondTop + height(z) + 44, .backward)
    figure.nodes = [
      .init(
        "b", "bias", at: Position(kernelLeft + 80, top + height(k) + 64),
        rows: [
          .init("b", b, .parameter), .init("∂E/∂b", db, .backward), .init("b′", bAfter, .parameter),
        ]),
      .init(
        "E", "error", at: Position(outputLeft + 80, secondTop + height(z) + 90),
        rows: [
          .init("E_{max}", maxError, .forward), .init("E_{mean}", meanError, .forward),
          .init("E", error, .forward), .init("E′", errorAfter, .parameter),
        ]),
    ]
    figure.width =
      pooledLeft + max(2 * pooledWidth + 24, width(dzMax)) + left
    figure.height =
      max(
        secondTop + height(x), secondTop + 3 * (height(k) + 44),
        secondTop + 2 * (height(z) + 44), secondTop + height(z) + 150) + 16
    return figure
  }

  /// The matrices, forward then backward.
  var tables: [Explanation.Table] {
    let all: [(String, Matrix)] = [
      ("Image x", x), ("Kernel k", k), ("Convolution z", z), ("Maxima m", maxima),
      ("Means a", means), ("∂E/∂m", dMaxima), ("∂E/∂a", dMeans), ("∂E_{max}/∂z", dzMax),
      ("∂E_{mean}/∂z", dzMean), ("∂E/∂z", dz), ("∂E/∂k", dk), ("κ, k turned by 180°", turned),
      ("∂E/∂x", dx), ("k after the step", kAfter),
    ]
    return all.map { .init($0, matrix: $1.all, columns: $1.columns) } + [
      .init(
        "Bias and error",
        columns: ["b", "∂E/∂b", "b′", "E_{max}", "E_{mean}", "E", "E after the step"],
        rows: [[b, db, bAfter, maxError, meanError, error, errorAfter].map { .number($0) }])
    ]
  }
}
