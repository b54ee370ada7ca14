import TandemTensors
import Testing

/// A small framework of layers with `forward`, `backward` and `update`, whose network walks its
/// layers backward from the last to the first. The tutorial's listing walks them from the first to
/// the last and so hands each the wrong layer's error; the gradient check says so.
@Suite struct LayerOrderTests {
  /// `y = w x`.
  private struct Layer {
    var weight: Double
    var input = 0.0
    var gradient = 0.0

    mutating func forward(_ x: Double) -> Double {
      input = x
      return weight * x
    }

    /// Takes `dE/dy`, keeps `dE/dw`, gives `dE/dx`.
    mutating func backward(_ error: Double) -> Double {
      gradient += error * input
      return error * weight
    }
  }

  private struct Network {
    enum Order { case lastToFirst, firstToLast }

    var layers: [Layer]
    var order = Order.lastToFirst

    mutating func predict(_ x: Double) -> Double {
      var y = x
      for index in layers.indices { y = layers[index].forward(y) }
      return y
    }

    /// The gradients of `Σ ½ (e - t)^2`.
    mutating func gradients(_ samples: [(x: Double, t: Double)]) -> [Double] {
      for index in layers.indices { layers[index].gradient = 0 }
      for sample in samples {
        var error = predict(sample.x) - sample.t
        for index in order == .lastToFirst ? layers.indices.reversed() : Array(layers.indices) {
          error = layers[index].backward(error)
        }
      }
      return layers.map(\.gradient)
    }

    mutating func update(_ gradients: [Double], rate: Double) {
      for index in layers.indices { layers[index].weight -= rate * gradients[index] }
    }
  }

  private let samples = [(x: 1.0, t: -1.0), (x: -1.0, t: 1.0)]

  private func network(_ order: Network.Order) -> Network {
    Network(layers: [0.7, -0.5, 0.4].map { Layer(weight: $0) }, order: order)
  }

  /// The check with differences of 1e-4, weight by weight.
  private func check(_ order: Network.Order) -> [GradientCheck.Result] {
    var network = network(order)
    let gradients = network.gradients(samples).map { Tensor($0, .float64) }
    let weights = network.layers.map { Tensor($0.weight, .float64) }
    return GradientCheck(step: 1e-4).compare(gradients, at: weights, names: ["w1", "w2", "w3"]) {
      var moved = Network(layers: $0.map { Layer(weight: $0.scalar) })
      return samples.reduce(0) { total, sample in
        let error = moved.predict(sample.x) - sample.t
        return total + 0.5 * error * error
      }
    }
  }

  @Test func backToFrontPassesTheCheck() {
    for result in check(.lastToFirst) { #expect(result.worstError < 1e-7, "\(result)") }
  }

  @Test func frontToBackIsCaught() {
    let results = check(.firstToLast)
    #expect(results.contains { $0.worstError > 0.1 })
    // The first layer's error is the output's own, unmultiplied: every weight is wrong.
    for result in results { #expect(result.worstError > 1e-3, "\(result)") }
  }

  /// In the right order 160 epochs learn e = -x, as the tensors' gradients do.
  @Test func learnsTheNegative() {
    var network = network(.lastToFirst)
    for _ in 0..<160 {
      for sample in samples { network.update(network.gradients([sample]), rate: 0.05) }
    }
    #expect(abs(network.predict(1) + 1) < 1e-3)
    #expect(abs(network.predict(0.5) + 0.5) < 1e-3)
  }
}
