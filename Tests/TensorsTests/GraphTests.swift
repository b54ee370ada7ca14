import Foundation
import Synchronization
import TandemTensors
import Testing

@Suite struct GraphTests {
  @Test func gradientOfAnExpression() {
    let x = Tensor([2, 3], [2], .float64).tracked
    let y = Tensor([5, 7], [2], .float64).tracked
    let loss = (x * y + x.squared()).sum()
    let gradients = loss.gradients(of: [x, y])
    #expect(gradients[0].values == [9, 13])
    #expect(gradients[1].values == [2, 3])
  }

  @Test func aTensorUsedTwiceReceivesBothGradients() {
    let x = Tensor(3, .float64).tracked
    #expect((x * x * x).gradient(of: x).scalar == 27)
  }

  @Test func anInteriorTensorCanBeATarget() {
    let x = Tensor(2, .float64).tracked
    let square = x.squared()
    let cube = square * x
    let gradients = cube.gradients(of: [square, x])
    #expect(gradients.map(\.scalar) == [2, 12])
  }

  @Test func aTargetWithoutInfluenceHasGradientZero() {
    let x = Tensor([1, 2], [2], .float64).tracked
    let other = Tensor([1, 2, 3], [3], .float64).tracked
    #expect(x.sum().gradient(of: other).values == [0, 0, 0])
    #expect(Tensor(1, .float64).gradient(of: x).values == [0, 0])
  }

  @Test func gradientsOfGradients() {
    let x = Tensor(2, .float64).tracked
    let first = x.power(4).gradient(of: x, createGraph: true)
    let second = first.gradient(of: x, createGraph: true)
    let third = second.gradient(of: x)
    #expect([first, second, third].map(\.scalar) == [32, 48, 48])
  }

  @Test func nothingIsRecordedForConstants() {
    let x = Tensor([1, 2], [2], .float64)
    #expect(!(x * 2 + x).isTracked)
    #expect(!(x.tracked.detached * 2).isTracked)
  }

  @Test func aKeptGraphCanBeWalkedAgain() {
    let x = Tensor(3, .float64).tracked
    let loss = x.squared() * x.exp()
    let first = loss.gradient(of: x, keepGraph: true).scalar
    #expect(loss.gradient(of: x).scalar == first)
  }

  /// The compiler's own teardown of a chain recurses and overflows the stack near 50,000 nodes.
  @Test func aDeepGraphIsBuiltWalkedAndFreed() {
    let start = Tensor(0.5, .float64).tracked
    var x = start
    for _ in 0..<200_000 { x = x + start }
    #expect(x.gradient(of: start, keepGraph: true).scalar == 200_001)
    x = start
    var released = start.exp()
    for _ in 0..<200_000 { released = released.scaled(by: 1) }
    #expect(released.gradient(of: start).scalar == start.exp().scalar)
  }

  /// An update in place is seen by the tensor that it is made on, and by none that shared its
  /// elements; where none shares them nothing is copied.
  @Test(arguments: DType.allCases)
  func copiesAreIndependent(_ dtype: DType) {
    var tensor = Tensor([1, 2, 3], [3], dtype)
    let copy = tensor
    let column = tensor.reshaped(to: [3, 1])
    let shared = tensor.identity
    #expect(copy.identity == shared && column.identity == shared)
    func clear(_ tensor: inout Tensor) {
      let size = tensor.count * tensor.dtype.byteCount
      tensor.withUniqueStorage {
        _ = $0.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      }
    }
    clear(&tensor)
    #expect(tensor.values == [0, 0, 0])
    #expect(copy.values == [1, 2, 3] && column.values == [1, 2, 3])
    let own = tensor.identity
    #expect(own != shared)
    clear(&tensor)
    #expect(tensor.identity == own)
  }

  /// What an update in place leaves behind is a constant: its history is another's.
  @Test func anUpdateInPlaceEndsTracking() {
    var tensor = Tensor([1, 2], [2], .float64).tracked
    tensor.withUniqueStorage { $0.storeBytes(of: 5, as: Double.self) }
    #expect(!tensor.isTracked && tensor.values == [5, 2])
  }

  /// Threads differentiate what they compute from the same leaves.
  @Test func walksAtTheSameTime() {
    let x = Tensor([0.5, -1, 2], [3], .float64).tracked
    let y = Tensor([3, 1, -2], [3], .float64).tracked
    let shared = x.squared() * y
    let results = Mutex<[[Double]]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for _ in 0..<500 {
        var sum = shared
        for _ in 0..<thread { sum = sum + x * y }
        let gradients = sum.sum().gradients(of: [x, y], keepGraph: true).flatMap(\.values)
        let n = Double(thread)
        let expected =
          zip(x.values, y.values).map { 2 * $0 * $1 + n * $1 }
          + x.values.map { $0 * $0 + n * $0 }
        if gradients != expected { results.withLock { $0.append(gradients) } }
      }
    }
    #expect(results.withLock { $0.count } == 0)
  }
}
