import TandemRuns

extension TextSampler {
  /// The line between two samples of texts, which may hold empty lines themselves.
  public static let separator = "----"

  /// Draws samples and writes them out as they are drawn: names one a line, texts with a line
  /// between them.
  ///
  /// - Parameter write: Given the output bit by bit.
  /// - Throws: As `draw`.
  public func print(_ request: Request, _ write: (String) throws -> Void) throws {
    // Every sample ends its line, whatever it ends with.
    var isAtLineStart = true
    var current = -1
    func begin(_ sample: Int) throws {
      if sample == current { return }
      current = sample
      if boundary == nil, sample > 0 { try write("\(TextSampler.separator)\n") }
      // A name without a letter is a line too.
      isAtLineStart = boundary == nil
    }
    try draw(request) { piece, sample in
      try begin(sample)
      isAtLineStart = piece.unicodeScalars.last == "\n"
      try write(piece)
    } finish: { sample in
      try begin(sample.sample)
      if !isAtLineStart { try write("\n") }
    }
  }

  /// Draws samples and writes a JSON object a line for each; see `Sample`.
  ///
  /// - Throws: As `draw`.
  public func printJSON(_ request: Request, _ write: (String) throws -> Void) throws {
    try draw(request) { sample in try write(ReportText.json(sample, isIndented: false) + "\n") }
  }
}
