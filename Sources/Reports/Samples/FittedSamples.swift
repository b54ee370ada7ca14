/// Samples that fit the page, run by run.
struct FittedSamples {
  /// Those of one run, in the order of steps.
  struct Run {
    var samples: [ReportData.Sample] = []
    var notes: [String] = []
  }

  var runs: [Run]
  /// The sheets' PNG files in base 64.
  var images: [String] = []
  /// What was shrunk or left out.
  var remarks: [String] = []

  /// Sheets that were left out for the page's size.
  var omittedSheets = 0
  /// Texts that were left out for the page's size.
  var omittedTexts = 0

  /// Bytes that the samples take in the page.
  private(set) var byteCount = 0

  /// No samples of so many runs.
  init(runCount: Int) {
    runs = Array(repeating: Run(), count: runCount)
  }

  mutating func add(_ file: SampleFile, _ sheet: SampleSheet) {
    let image = sheet.base64
    runs[file.run].samples.append(
      ReportData.Sample(
        tag: file.record.tag, step: file.record.step, file: file.record.file,
        image: images.count, width: sheet.width, height: sheet.height,
        shrunkFrom: sheet.shrunkFrom))
    images.append(image)
    byteCount += image.utf8.count + Self.entrySize(file)
  }

  mutating func add(_ file: SampleFile, text: String) {
    runs[file.run].samples.append(
      ReportData.Sample(
        tag: file.record.tag, step: file.record.step, file: file.record.file, text: text))
    byteCount += SafeText.json([text]).count + Self.entrySize(file)
  }

  /// Bytes of a sample's entry beside its content, at most.
  static func entrySize(_ file: SampleFile) -> Int {
    160 + SafeText.json([file.record.tag, file.record.file]).count
  }
}
