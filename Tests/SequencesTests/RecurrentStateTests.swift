import TandemLayers
import TandemTensors
import Testing

@Suite struct RecurrentStateTests {
  /// A sequence that begins anew has the state zero; the others keep theirs.
  @Test func maskedStates() {
    let state = RecurrentState([Tensor([1, 2, 3, 4], [2, 2])])
    #expect(state.masked(by: Tensor([0, 1], [2])).tensors[0].values == [0, 0, 3, 4])
  }
}
