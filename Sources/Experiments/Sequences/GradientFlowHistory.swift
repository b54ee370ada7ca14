import TandemCharts
import TandemRuns
import TandemSequences
import TandemTensors

/// How far back in time the loss has reached, at steps of a training.
struct GradientFlowHistory: Codable, Sendable {
  /// One look at it.
  struct Column: Codable, Sendable {
    let step: Int
    /// The norm of `dL/dh_t` in the first layer for each step t of the window.
    let norms: [Double]
  }

  /// The folder of the charts below `samples`.
  static let tag = "gradient-flow"

  /// The part of `SequenceTraining.State` that a chart needs.
  struct Held: Decodable {
    let flow: GradientFlowHistory
  }

  /// The looks in the order of steps.
  private(set) var columns: [Column] = []
  /// Looks that are kept at most: each is stored with every checkpoint.
  static let limit = 512

  /// Adds a look; one at the same step takes its place. Of too many, every second is forgotten.
  /// Norms that are not finite are left out: they have no place on a chart.
  mutating func add(step: Int, norms: [Double]) {
    columns.removeAll { $0.step >= step }
    guard norms.allSatisfy({ $0.isFinite }) else { return }
    if columns.count >= Self.limit {
      columns = columns.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    }
    columns.append(Column(step: step, norms: norms))
  }

  /// The norms as colours over training step and time step: as many columns as there are looks,
  /// evenly spaced, each of which shows the look nearest to it.
  ///
  /// - Parameters:
  ///   - y: What the norms of a look belong to.
  ///   - first: The number of the first of them.
  func chart(
    title: String = "How far back the last loss reaches",
    subtitle: String = "norm of dL/dh in the first layer at each time step",
    y: String = "time step", first firstRow: Int = 0
  ) throws -> HeatMap? {
    guard let first = columns.first?.step, let last = columns.last else { return nil }
    let columns = columns.filter { $0.norms.count == last.norms.count }
    let (count, rows) = (columns.count, last.norms.count)
    let span = Double(last.step - first)
    var values = [Double](repeating: .nan, count: count * rows)
    var nearest = 0
    for place in 0..<count {
      let step = Double(first) + span * Double(place) / Double(max(count - 1, 1))
      while nearest + 1 < count,
        abs(Double(columns[nearest + 1].step) - step) <= abs(Double(columns[nearest].step) - step)
      {
        nearest += 1
      }
      for (row, norm) in columns[nearest].norms.enumerated() { values[row * count + place] = norm }
    }
    return try HeatMap(
      columns: count, rows: rows, values: values, title: title, subtitle: subtitle,
      x: Axis(
        "training step",
        range: HeatMap.range(ofMiddles: Double(first), Double(last.step), count: count)),
      y: Axis(
        y,
        range: firstRow == 0
          ? nil
          : HeatMap.range(ofMiddles: Double(firstRow), Double(firstRow + rows - 1), count: rows)),
      value: Axis("gradient norm", scale: .logarithmic))
  }
}

extension SequenceTraining {
  /// The sequences whose gradients are followed: enough for a mean, few enough to cost little.
  private static var flowSequences: Int { 4 }

  /// Follows the last loss of the first validation batch back through time and paints what was
  /// found so far.
  ///
  /// - Returns: For each layer `reach/l0`, …, the share of the last step's gradient that reaches
  ///   the first, and the shares of its gates that are shut or open; see `GateSaturation`.
  mutating func sampleFlow(
    seed: UInt64, in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    guard let model = trainer.sampler as? any RecurrentModel,
      let batch = try source.validation()()?.prefix(Self.flowSequences)
    else { return [] }
    var metrics: [(name: String, value: Double)] = []
    if let found = GradientFlow(of: model, batch) {
      flow.add(step: step, norms: found.layers[0].norms)
      for layer in found.layers where !layer.isReversed {
        guard let first = layer.norms.first, let last = layer.norms.last, last > 0 else { continue }
        metrics.append(("reach/l\(layer.layer)", first / last))
      }
      if let chart = try flow.chart() {
        try run.save(chart, tag: GradientFlowHistory.tag, step: step, seed: seed)
      }
    }
    return metrics + (GateSaturation(of: model, batch)?.values ?? [])
  }
}

extension SequenceBatch {
  /// The first `count` sequences of the batch, up to the end of the longest of them.
  fileprivate func prefix(_ count: Int) -> SequenceBatch {
    let sequences = 0..<min(count, size)
    let lengths = lengths?.slice(axis: 0, sequences)
    let longest = lengths.map { $0.values.reduce(0) { max($0, Int($1)) } }
    let time = 0..<max(longest ?? steps, 1)
    /// What has the sequences along its first axis or, with one value a step, its second.
    func cut(_ tensor: Tensor, hasSteps: Bool) -> Tensor {
      hasSteps
        ? tensor.slice(axis: 0, time).slice(axis: 1, sequences) : tensor.slice(axis: 0, sequences)
    }
    return SequenceBatch(
      inputs: cut(inputs, hasSteps: true),
      targets: cut(targets, hasSteps: targets.rank == 2 && targets.dtype == .int32),
      lengths: lengths, weights: weights.map { cut($0, hasSteps: $0.rank == 2) },
      resets: resets.map { cut($0, hasSteps: $0.rank == 2) })
  }
}
