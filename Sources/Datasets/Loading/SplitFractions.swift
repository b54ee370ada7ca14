/// How much of a text or a series, from its start on, serves each purpose.
public struct SplitFractions: Hashable, Sendable {
  /// The part that is learnt from.
  public let train: Double
  /// The part that tells when to stop.
  public let validation: Double
  /// The part that is looked at once, at the end; 0 for none.
  public let test: Double

  /// The first 90 % to learn from, the rest to validate: what nanoGPT does with a text.
  public static let text = SplitFractions(checked: 0.9, 0.1, 0)
  /// 70 % to learn from, 15 % to validate and 15 % to test: for series in time.
  public static let series = SplitFractions(checked: 0.7, 0.15, 0.15)

  private init(checked train: Double, _ validation: Double, _ test: Double) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Fractions that sum to 1.
  ///
  /// - Throws: `DatasetError.invalid` when they do not, or one for training or validation is 0.
  public init(train: Double, validation: Double, test: Double = 0) throws {
    guard train > 0, validation > 0, test >= 0, abs(train + validation + test - 1) < 1e-6 else {
      throw DatasetError.invalid(
        parameter: "split",
        reason: "\(train) + \(validation) + \(test) are not parts that sum to 1")
    }
    self.init(checked: train, validation, test)
  }

  /// Where the parts of `count` elements end: train, validation, test.
  func ends(of count: Int) -> (train: Int, validation: Int, test: Int) {
    (
      Self.place(train, of: count),
      test == 0 ? count : Self.place(train + validation, of: count), count
    )
  }

  /// `fraction` of `count`, rounded down but for the rounding of the fraction itself: 0.7 + 0.2 of
  /// 10 is 9.
  static func place(_ fraction: Double, of count: Int) -> Int {
    min(Int(fraction * Double(count) + 1e-9 * Double(count)), count)
  }
}
