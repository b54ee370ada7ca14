extension ConvolutionExplanation {
  private var equations: [Explanation.Equation] {
    [
      .init("Convolution, valid", "z_{pq} = Σ_{ij} k_{ij} x_{p+i−1,q+j−1} + b"),
      .init("Max pooling", "m = max of each window of z"),
      .init("Mean pooling", "a = mean of each window of z"),
      .init("Error", "E = E_{max} + E_{mean} = Σ ½ (m − t)^{2} + Σ ½ (a − s)^{2}"),
      .init("Error with the pooled", "∂E/∂m = m − t,  ∂E/∂a = a − s"),
      .init("Max routes", "∂E_{max}/∂z = ∂E/∂m where the maximum was found, else 0"),
      .init("Mean spreads", "∂E_{mean}/∂z = ∂E/∂a / n in each of a window's n cells"),
      .init("Both", "∂E/∂z = ∂E_{max}/∂z + ∂E_{mean}/∂z"),
      .init(
        "To the kernel: convolution of x with ∂E/∂z",
        "∂E/∂k_{ij} = Σ_{pq} x_{p+i−1,q+j−1} ∂E/∂z_{pq},  ∂E/∂b = Σ ∂E/∂z"),
      .init("The kernel turned by 180°", "κ_{ij} = k_{h+1−i,w+1−j}"),
      .init(
        "To the image: full convolution of ∂E/∂z with κ",
        "∂E/∂x_{rc} = Σ_{ij} κ_{ij} ∂E/∂z_{r−h+i,c−w+j}, zero outside"),
      .init("Step", "k′ = k − η ∂E/∂k"),
    ]
  }

  /// The whole page.
  func explanation() -> Explanation {
    Explanation(
      title: configuration.title, notes: configuration.notes, equations: equations,
      figure: figure,
      steps: convolutionSteps + poolingSteps + backwardThroughPooling + kernelSteps + imageSteps
        + updateSteps, tables: tables)
  }

  private var updateSteps: [Explanation.Step] {
    [
      .init(
        .update, "Step of the kernel", equation: 11, lit: ["k.after", "b"],
        zip(k.all, zip(dk.all, kAfter.all)).map { .init($1.1, step($0, $1.0)) }
          + [.init(bAfter, step(b, db))]),
      .errors(error, errorAfter, withNew: "kernel"),
    ]
  }

  private func step(_ value: Quantity, _ gradient: Quantity) -> Expression {
    .difference(.quantity(value), .product([.quantity(rate), .quantity(gradient)]))
  }

  private func product(_ a: Quantity, _ b: Quantity) -> Expression {
    .product([.quantity(a), .quantity(b)])
  }

  private var convolutionSteps: [Explanation.Step] {
    z.all.indices.map { index in
      let (p, q) = (index / z.columns, index % z.columns)
      var terms: [Expression] = []
      var lit = ["z.\(index)", "k"]
      for i in 0..<k.rows {
        for j in 0..<k.columns {
          terms.append(product(k[i, j], x[p + i, q + j]))
          lit.append("x.\(x.index(p + i, q + j))")
        }
      }
      return .init(
        .forward, "Convolution at \(p + 1), \(q + 1)", equation: 0, lit: lit,
        [.init(z.all[index], .sum(terms + [.quantity(b)]))])
    }
  }

  /// The cells of z under the window of a pooled cell.
  private func cells(under index: Int) -> [Int] {
    let window = configuration.window
    let (top, left) = (index / maxima.columns * window, index % maxima.columns * window)
    return (0..<window * window).map { z.index(top + $0 / window, left + $0 % window) }
  }

  private var poolingSteps: [Explanation.Step] {
    var steps = maxima.all.indices.map { index in
      let cells = cells(under: index)
      return Explanation.Step(
        .forward, "Maximum of window \(index + 1)", equation: 1,
        lit: ["max.\(index)"] + cells.map { "z.\($0)" },
        [.init(maxima.all[index], .maximum(cells.map { .quantity(z.all[$0]) }))])
    }
    steps += means.all.indices.map { index in
      let cells = cells(under: index)
      return .init(
        .forward, "Mean of window \(index + 1)", equation: 2,
        lit: ["mean.\(index)"] + cells.map { "z.\($0)" },
        [
          .init(
            means.all[index],
            .quotient(
              .sum(cells.map { .quantity(z.all[$0]) }), .constant(Double(cells.count))))
        ])
    }
    func half(_ values: Matrix, _ targets: Matrix) -> Expression {
      .sum(
        zip(values.all, targets.all).map {
          .product([.constant(0.5), .squared(.difference(.quantity($0), .quantity($1)))])
        })
    }
    steps.append(
      .init(
        .forward, "Error", equation: 3, lit: ["E", "max", "mean"],
        [
          .init(maxError, half(maxima, maxTargets)), .init(meanError, half(means, meanTargets)),
          .init(error, .sum([.quantity(maxError), .quantity(meanError)])),
        ]))
    return steps
  }

  private var backwardThroughPooling: [Explanation.Step] {
    func slopes(_ slope: Matrix, _ value: Matrix, _ target: Matrix) -> [Explanation.Formula] {
      slope.all.indices.map {
        .init(
          slope.all[$0], .difference(.quantity(value.all[$0]), .quantity(target.all[$0])))
      }
    }
    var steps: [Explanation.Step] = [
      .init(
        .backward, "Error with the maxima", equation: 4, lit: ["dmax", "E"],
        slopes(dMaxima, maxima, maxTargets)),
      .init(
        .backward, "Error with the means", equation: 4, lit: ["dmean", "E"],
        slopes(dMeans, means, meanTargets)),
    ]
    for index in maxima.all.indices {
      let cells = cells(under: index)
      // The first of equal maxima is the one.
      let winner = cells.reduce(cells[0]) { z.all[$1].value > z.all[$0].value ? $1 : $0 }
      steps.append(
        .init(
          .backward, "Max pooling routes to window \(index + 1)", equation: 5,
          lit: ["dmax.\(index)", "z.\(winner)"] + cells.map { "dz.max.\($0)" },
          cells.map {
            .init(dzMax.all[$0], $0 == winner ? .quantity(dMaxima.all[index]) : .constant(0))
          }))
    }
    for index in means.all.indices {
      let cells = cells(under: index)
      steps.append(
        .init(
          .backward, "Mean pooling spreads over window \(index + 1)", equation: 6,
          lit: ["dmean.\(index)"] + cells.map { "dz.mean.\($0)" },
          cells.map {
            .init(
              dzMean.all[$0],
              .quotient(.quantity(dMeans.all[index]), .constant(Double(cells.count))))
          }))
    }
    steps.append(
      .init(
        .backward, "Both poolings together", equation: 7, lit: ["dz", "dz.max", "dz.mean"],
        dz.all.indices.map {
          .init(dz.all[$0], .sum([.quantity(dzMax.all[$0]), .quantity(dzMean.all[$0])]))
        }))
    return steps
  }

  private var kernelSteps: [Explanation.Step] {
    var steps = k.all.indices.map { index in
      let (i, j) = (index / k.columns, index % k.columns)
      var terms: [Expression] = []
      var lit = ["dk.\(index)", "dz"]
      for p in 0..<z.rows {
        for q in 0..<z.columns {
          terms.append(product(x[p + i, q + j], dz[p, q]))
          lit.append("x.\(x.index(p + i, q + j))")
        }
      }
      return Explanation.Step(
        .backward, "Kernel gradient at \(i + 1), \(j + 1)", equation: 8, lit: lit,
        [.init(dk.all[index], .sum(terms))])
    }
    steps.append(
      .init(
        .backward, "Bias gradient", equation: 8, lit: ["b", "dz"],
        [.init(db, .sum(dz.all.map { .quantity($0) }))]))
    return steps
  }

  private var imageSteps: [Explanation.Step] {
    let turning = Explanation.Step(
      .backward, "The kernel turned by 180°", equation: 9, lit: ["turned", "k"],
      turned.all.indices.map {
        .init(turned.all[$0], .quantity(k.all[k.all.count - 1 - $0]))
      })
    return [turning]
      + dx.all.indices.map { index in
        let (row, column) = (index / dx.columns, index % dx.columns)
        var terms: [Expression] = []
        var lit = ["dx.\(index)", "turned"]
        for i in 0..<k.rows {
          for j in 0..<k.columns {
            let (p, q) = (row - (k.rows - 1) + i, column - (k.columns - 1) + j)
            guard (0..<z.rows).contains(p), (0..<z.columns).contains(q) else { continue }
            terms.append(product(turned[i, j], dz[p, q]))
            lit.append("dz.\(dz.index(p, q))")
          }
        }
        return .init(
          .backward, "Full convolution at \(row + 1), \(column + 1)", equation: 10, lit: lit,
          [.init(dx.all[index], .sum(terms))])
      }
  }
}
