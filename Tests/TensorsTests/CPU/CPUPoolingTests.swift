import TandemTensors
import Testing

@Suite struct CPUPoolingTests {
  private let cpu = CPUBackend.shared
  private let reference = ReferenceBackend.shared

  private static let geometries: [PoolingGeometry] = {
    let inputs: [Shape] = [[2, 5, 6, 3], [1, 7, 4, 1], [3, 8, 8, 130], [0, 4, 4, 2]]
    let windows = [(2, 2, 0), (3, 2, 1), (3, 1, 1), (2, 3, 0), (4, 2, 2)]
    return inputs.flatMap { input in
      windows.map { window, stride, padding in
        PoolingGeometry(
          "test", input: input, window: window, stride: stride, padding: padding,
          countsPadding: window != 3)
      }
    } + [
      PoolingGeometry(
        "test", input: [1, 4, 5, 2], window: .init(2, 3), stride: .init(1, 2),
        padding: .init(1, 0), countsPadding: false)
    ]
  }()

  @Test func maxima() {
    for geometry in CPUPoolingTests.geometries {
      // Few different values, so that the first of equal ones matters.
      let x = cpu.convert(cpu.convert(sample(geometry.input) * 2, to: .int32), to: .float32)
      let places = reference.maxPoolIndices(x.exact, geometry)
      #expect(cpu.maxPoolIndices(x, geometry).values == places.values, "\(geometry)")
      let maxima = reference.gather(
        x.exact.reshaped(to: [x.count]), indices: places, axis: 0)
      #expect(cpu.maxPool(x, geometry).values == maxima.values, "\(geometry)")
      let g = sample(geometry.output, "g")
      let routed = reference.scatterAdd(g.exact, indices: places, axis: 0, count: x.count)
      expectClose(
        cpu.maxPoolGradient(x, upstream: g, geometry), routed.reshaped(to: geometry.input),
        "\(geometry)")
    }
  }

  @Test func means() {
    for geometry in CPUPoolingTests.geometries {
      let (x, y) = (sample(geometry.input), sample(geometry.output, "y"))
      expectClose(
        cpu.averagePool(x, geometry), reference.averagePool(x.exact, geometry), "\(geometry)")
      expectClose(
        cpu.averagePoolTranspose(y, geometry), reference.averagePoolTranspose(y.exact, geometry),
        "\(geometry)")
    }
  }

  @Test(arguments: Interpolation.allCases) func resampling(_ interpolation: Interpolation) {
    let sizes: [(ConvolutionGeometry.Size, ConvolutionGeometry.Size)] = [
      (.init(3, 4), .init(6, 8)), (.init(6, 8), .init(3, 4)), (.init(5, 3), .init(7, 7)),
      (.init(1, 1), .init(4, 5)), (.init(4, 4), .init(1, 1)), (.init(16, 16), .init(32, 32)),
    ]
    for (small, large) in sizes {
      for channels in [1, 3, 70] {
        let x = sample([2, small.height, small.width, channels])
        let y = sample([2, large.height, large.width, channels], "y")
        expectClose(
          cpu.resample(x, to: large, interpolation),
          reference.resample(x.exact, to: large, interpolation), "\(small) to \(large)")
        expectClose(
          cpu.resampleTranspose(y, to: small, interpolation),
          reference.resampleTranspose(y.exact, to: small, interpolation), "\(large) to \(small)")
      }
    }
  }
}
