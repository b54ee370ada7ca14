import Foundation
import TandemAdversarial

/// The memory that an experiment takes at least, from the numbers of its configuration alone.
///
/// It is there to refuse what cannot be: an allocation that fails, or a process that the system
/// kills, leaves nobody a word about why. Only what certainly stands in memory at one moment is
/// counted, so that nothing feasible is refused.
package struct MemoryEstimate {
  /// Bytes of the weights and of what training keeps beside them, at least as much again.
  package let networks: Double
  /// Bytes of one batch: samples read ahead, and what the forward passes keep for the gradient.
  package let batch: Double
  /// Bytes of one sample sheet's latent vectors, widest layer and samples.
  package let samples: Double

  package init(_ configuration: ExperimentConfiguration) {
    let shape = configuration.data.elementShape
    let element = Double(shape.reduce(1, *))
    let latent = Double(configuration.latentSize)
    let generator = configuration.generator.network.size(
      from: latent, to: element, imageChannels: shape.last ?? 1)
    let discriminator = configuration.discriminator.network.size(
      from: element, to: 1, imageChannels: shape.last ?? 1)
    let float = 4.0
    // Beside a weight stands its gradient, or what an optimizer keeps for it.
    networks = 2 * float * (generator.weights + discriminator.weights)
    // The discriminator sees real and generated samples; three batches are read ahead or in use.
    batch =
      float * Double(configuration.batchSize)
      * (latent + generator.values + 2 * discriminator.values + 3 * element)
    samples = float * Double(configuration.samples.count) * (latent + generator.widest + element)
  }

  /// Throws unless the whole fits into so many bytes.
  package func check(limit: Double = MemoryEstimate.available) throws(ExperimentError) {
    let total = networks + max(batch, samples)
    guard total > limit else { return }
    let parts = [
      ("generator.network", networks), ("training.batchSize", batch), ("samples.count", samples),
    ]
    let key = parts.max { $0.1 < $1.1 }?.0 ?? ""
    throw ExperimentError(
      key: key,
      reason: """
        the experiment takes at least \(MemoryEstimate.text(total)) of memory (the networks \
        \(MemoryEstimate.text(networks)), a batch \(MemoryEstimate.text(batch)), a sample sheet \
        \(MemoryEstimate.text(samples))), and there are \(MemoryEstimate.text(limit))
        """)
  }

  /// Bytes that this process may use: the machine's memory, or its container's share of it.
  package static var available: Double {
    let machine = Double(ProcessInfo.processInfo.physicalMemory)
    let share = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
      .flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(machine, share ?? machine)
  }

  private static func text(_ bytes: Double) -> String {
    bytes < 0x1p30
      ? String(format: "%.0f MiB", bytes / 0x1p20) : String(format: "%.1f GiB", bytes / 0x1p30)
  }
}

/// A network's size in numbers: floating-point, since products of hostile widths overflow integers.
private struct NetworkSize {
  /// Weights.
  var weights = 0.0
  /// Values that a forward pass of one sample keeps.
  var values = 0.0
  /// Values of its widest layer.
  var widest = 0.0

  mutating func add(weights: Double, values: Double) {
    self.weights += weights
    self.values += values
    widest = max(widest, values)
  }
}

extension NetworkSpecification {
  fileprivate func size(from input: Double, to output: Double, imageChannels: Int) -> NetworkSize {
    var size = NetworkSize()
    switch self {
    case .mlp(let mlp):
      var width = input
      for hidden in mlp.hidden {
        let next = Double(hidden) * Double(mlp.pieces)
        size.add(weights: width * next, values: next)
        width = Double(hidden)
      }
      size.add(weights: width * output, values: output)
    case .dcgan(let dcgan):
      let isGenerator = output > 1
      var width = isGenerator ? input : Double(imageChannels)
      // Each hidden image is twice as wide and high as the one nearer to the latent vector.
      var side = isGenerator ? 4.0 : Double(dcgan.imageSize) / 2
      for channels in dcgan.channels {
        let next = Double(channels)
        size.add(weights: 16 * width * next, values: side * side * next)
        width = next
        side *= isGenerator ? 2 : 0.5
      }
      size.add(weights: 16 * width * (isGenerator ? Double(imageChannels) : 1), values: output)
    }
    return size
  }
}
