/// The windows in which truncated back-propagation through time reads a long text.
///
/// The text is cut into B contiguous streams of equal length, read side by side; the tokens left
/// over at its end are dropped. Each window goes on where the last one stopped, in every stream, so
/// that a model's state can be carried. The position alone says what comes next: window lengths,
/// where they are random, are a function of (seed, epoch, window).
public struct TokenStream: Sendable {
  /// A place in the stream: the window that comes next.
  public struct Position: Codable, Hashable, Sendable, Comparable {
    /// Passes over the text that are complete.
    public var epoch: Int
    /// Windows of the current pass that are complete.
    public var window: Int

    /// The place of window `window` of epoch `epoch`, both counted from 0.
    public init(epoch: Int = 0, window: Int = 0) {
      self.epoch = epoch
      self.window = window
    }

    public static func < (left: Position, right: Position) -> Bool {
      (left.epoch, left.window) < (right.epoch, right.window)
    }
  }

  /// How windows are cut.
  public struct Cutting: Hashable, Sendable {
    /// The length of a window, or the one that random lengths are drawn around.
    public var steps: Int
    /// How lengths vary; nil for windows of equal length.
    public var variation: WindowVariation?
    /// Whether the window that is left at the end of an epoch is read although it is shorter.
    ///
    /// Dropped, an epoch has (L − 1) / steps windows, rounded down, of streams of L tokens, as in
    /// TensorFlow's reader of the Penn Treebank; kept, rounded up, as in PyTorch's example.
    public var keepsRemainder: Bool

    /// Windows of `steps` tokens.
    public init(
      steps: Int, variation: WindowVariation? = nil, keepsRemainder: Bool = false
    ) {
      self.steps = steps
      self.variation = variation
      self.keepsRemainder = keepsRemainder
    }
  }

  /// B: the streams read side by side.
  public let batchSize: Int
  /// L: the number of tokens in each stream.
  public let streamLength: Int
  /// How windows are cut.
  public let cutting: Cutting
  /// The token after which a document ends; nil where the text is one document.
  public let boundary: Int32?
  /// The window that `next` will return.
  public private(set) var position = Position()

  private let tokens: [Int32]
  private let random: Philox
  /// Where the next window begins in each stream.
  private var offset = 0

  /// The windows of a text.
  ///
  /// - Parameters:
  ///   - boundary: a token that ends a document, such as `<eos>` or a newline; windows then tell
  ///     after which steps the state has to be forgotten.
  ///   - seed: of the window lengths, where they vary.
  /// - Throws: `DatasetError.invalid` when a number makes no sense, the text is too short for one
  ///   window, or the position does not exist.
  public init(
    _ tokens: [Int32], batchSize: Int, _ cutting: Cutting, boundary: Int32? = nil,
    seed: UInt64 = 0, from position: Position = .init()
  ) throws {
    for (name, value) in [("batch size", batchSize), ("steps", cutting.steps)]
    where !(1...1 << 30).contains(value) {
      throw DatasetError.invalid(parameter: name, reason: "\(value) is not in 1 ... 2^30")
    }
    try cutting.variation?.check()
    streamLength = tokens.count / batchSize
    let shortest = cutting.keepsRemainder || cutting.variation != nil ? 1 : cutting.steps
    guard streamLength > shortest else {
      throw DatasetError.invalid(
        parameter: "text",
        reason: "\(tokens.count) tokens are too few: \(batchSize) streams with windows of"
          + " \(cutting.steps) need \(batchSize * (shortest + 1)) or more")
    }
    self.tokens = Array(tokens[..<(streamLength * batchSize)])
    self.batchSize = batchSize
    self.cutting = cutting
    self.boundary = boundary
    random = Philox(seed: seed)
    try seek(to: position)
  }

  /// The number of windows in epoch `epoch`; the same in all where lengths do not vary.
  public func windowCount(inEpoch epoch: Int = 0) -> Int {
    guard cutting.variation != nil else {
      let kept = cutting.keepsRemainder ? cutting.steps - 1 : 0
      return (streamLength - 1 + kept) / cutting.steps
    }
    var (count, offset) = (0, 0)
    while let length = length(of: Position(epoch: epoch, window: count), from: offset) {
      offset += length
      count += 1
    }
    return count
  }

  /// Goes to another place; the window after the last of an epoch is the first of the next one.
  ///
  /// - Throws: `DatasetError.invalid` when the position does not exist.
  public mutating func seek(to position: Position) throws {
    let count = position.epoch >= 0 ? windowCount(inEpoch: position.epoch) : 0
    guard (0..<Int.max).contains(position.epoch), (0...count).contains(position.window) else {
      throw DatasetError.invalid(
        parameter: "position",
        reason: "epoch \(position.epoch), window \(position.window) does not exist"
          + " where an epoch has \(count) windows")
    }
    self.position = position
    offset = 0
    for window in 0..<position.window {
      offset += length(of: Position(epoch: position.epoch, window: window), from: offset) ?? 0
    }
    wrap()
  }

  /// The next window; moves the position on by one.
  public mutating func next() -> TokenWindow {
    let steps = length(of: position, from: offset) ?? 0
    let window = window(steps: steps)
    offset += steps
    position.window += 1
    wrap()
    return window
  }

  /// Begins the next epoch where this one has no window left.
  private mutating func wrap() {
    if length(of: position, from: offset) == nil {
      position = Position(epoch: position.epoch + 1)
      offset = 0
    }
  }

  /// The length of the window at `offset`; nil where the epoch has ended.
  private func length(of position: Position, from offset: Int) -> Int? {
    let left = streamLength - 1 - offset
    let steps =
      cutting.variation.map { variation in
        variation.length(around: cutting.steps, draw(position))
      } ?? cutting.steps
    // An epoch is never empty: the first window is cut to what there is.
    guard left < steps else { return steps }
    return left > 0 && (cutting.keepsRemainder || offset == 0) ? left : nil
  }

  private func draw(_ position: Position) -> PhiloxDraws {
    PhiloxDraws(random, .windows, position.epoch << 32 | position.window)
  }

  private func window(steps: Int) -> TokenWindow {
    let (batch, length, offset) = (batchSize, streamLength, offset)
    func gather(_ shift: Int) -> [Int32] {
      Array(unsafeUninitializedCapacity: steps * batch) { target, count in
        tokens.withUnsafeBufferPointer { tokens in
          for stream in 0..<batch {
            let source = stream * length + offset + shift
            for step in 0..<steps { target[step * batch + stream] = tokens[source + step] }
          }
        }
        count = steps * batch
      }
    }
    let inputs = gather(0)
    return TokenWindow(
      position: position, steps: steps, batchSize: batch, inputs: inputs, targets: gather(1),
      resets: boundary.map { resets(after: $0, inputs) })
  }

  private func resets(after boundary: Int32, _ inputs: [Int32]) -> [Float] {
    (0..<inputs.count).map { place in
      let (step, stream) = (place / batchSize, place % batchSize)
      guard offset + step > 0 else { return 1 }
      let previous =
        step > 0 ? inputs[place - batchSize] : tokens[stream * streamLength + offset - 1]
      return previous == boundary ? 1 : 0
    }
  }
}
