import TandemDatasets
import TandemTensors

/// The real samples of a training in its order, read ahead on a thread of their own.
final class RealSamples {
  let dataset: any Dataset
  private let prefetcher: Prefetcher
  /// What the batches are that `position` counts.
  let grain: BatchSampler.Grain
  private let batchesPerEpoch: Int?

  /// The samples from a position in their order on.
  ///
  /// - Parameters:
  ///   - dataset: The configuration's data set, where it was read already.
  ///   - grain: Of the batches that the position counts; nil for the configuration's.
  init(
    _ configuration: GANConfiguration, of dataset: (any Dataset)? = nil,
    from position: BatchSampler.Position = .init(), countedIn grain: BatchSampler.Grain? = nil
  ) throws {
    let seed = configuration.settings.seed
    let dataset = try dataset ?? configuration.data.dataset(seed: seed)
    self.dataset = dataset
    if let count = dataset.count, count < configuration.batchSize {
      throw ExperimentError(
        key: "training.batchSize",
        reason: "\(configuration.batchSize) is more than the \(count) samples of \(dataset.name)")
    }
    var sampler = try BatchSampler(for: dataset, batchSize: configuration.batchSize, seed: seed)
    try sampler.seek(to: position, of: grain)
    self.grain = sampler.grain
    batchesPerEpoch = sampler.batchesPerEpoch
    prefetcher = try Prefetcher(dataset, sampler: sampler)
  }

  /// The next batch, `[batch] + elementShape`.
  func next() throws -> Tensor {
    try prefetcher.withNextBatch { batch in
      Tensor(float32: Shape(batch.shape)) { _ = $0.update(fromContentsOf: batch.elements) }
    }
  }

  /// Passes over the data so far; 0 for an endless set.
  var epoch: Double {
    guard let batchesPerEpoch else { return 0 }
    return Double(position.epoch) + Double(position.batch) / Double(batchesPerEpoch)
  }

  /// The next batch's place in the data, for a checkpoint.
  var position: BatchSampler.Position { prefetcher.position }
}
