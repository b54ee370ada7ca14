import TandemImages
import TandemRuns

/// The samples of all runs, from which those that fit a page are taken.
struct SampleShelf {
  private let sheets: [SampleFile]
  private let texts: [SampleFile]
  /// What is wrong with samples that cannot be shown, by run.
  private let notes: [[String]]

  /// Looks at the files of the samples.
  init(_ runs: [(path: String, records: [SampleRecord])]) {
    var files: [SampleFile] = []
    var notes: [[String]] = []
    for (index, run) in runs.enumerated() {
      var runNotes: [String] = []
      for record in run.records {
        do throws(SampleNote) {
          files.append(try SampleFile(record, run: index, runPath: run.path))
        } catch {
          runNotes.append(error.text)
        }
      }
      notes.append(runNotes)
    }
    sheets = files.filter { if case .sheet = $0.kind { true } else { false } }
    texts = files.filter { if case .text = $0.kind { true } else { false } }
    self.notes = notes
  }

  /// Whether there is nothing to show.
  var isEmpty: Bool { sheets.isEmpty && texts.isEmpty }

  /// The sides, in pixels, to which sheets are reduced in turn.
  private static let sides: [Int?] = [nil, 768, 512, 384, 256]

  /// Samples of at most so many bytes: of texts as many as fit, then sheets, whole if all fit,
  /// else the largest that do, else the smallest at evenly spread steps.
  func fitted(_ budget: Int) -> FittedSamples {
    var fitted = FittedSamples(runCount: notes.count)
    addTexts(to: &fitted, sheets.isEmpty ? budget : budget / 2)
    let withTexts = fitted
    let rest = budget - fitted.byteCount
    var level = Self.sides.firstIndex { estimate(sheets, side: $0) <= rest } ?? Self.sides.count - 1
    let estimated = estimate(sheets, side: Self.sides[level])
    var share = min(1, Double(rest) / Double(max(1, estimated)))
    let fewest = EvenSteps.kept(sheets, share: 0).count
    // Estimates may be too low: then the next smaller size is tried, and then fewer sheets.
    while !sheets.isEmpty {
      let kept = EvenSteps.kept(sheets, share: share)
      fitted = withTexts
      fitted.omittedSheets = sheets.count - kept.count
      add(kept, side: Self.sides[level], to: &fitted)
      if fitted.byteCount <= budget { break }
      if level + 1 < Self.sides.count {
        level += 1
      } else if kept.count > fewest {
        share *= 0.8
      } else {
        fitted = withTexts
        fitted.omittedSheets = sheets.count
        break
      }
    }
    note(in: &fitted, side: Self.sides[level])
    for index in notes.indices {
      let all = notes[index] + fitted.runs[index].notes
      fitted.runs[index].notes = Array(all.prefix(5))
      let rest = all.count - fitted.runs[index].notes.count
      if rest > 0 { fitted.runs[index].notes.append("\(rest) more samples like that") }
      fitted.runs[index].samples.sort { ($0.step, $0.file) < ($1.step, $1.file) }
    }
    return fitted
  }

  private func addTexts(to fitted: inout FittedSamples, _ budget: Int) {
    let empty = fitted
    let fewest = EvenSteps.kept(texts, share: 0).count
    var share = 1.0
    while !texts.isEmpty {
      let kept = EvenSteps.kept(texts, share: share)
      fitted = empty
      fitted.omittedTexts = texts.count - kept.count
      for file in kept { add(text: file, to: &fitted) }
      if fitted.byteCount <= budget { return }
      if kept.count == fewest {
        fitted = empty
        fitted.omittedTexts = texts.count
        return
      }
      share *= 0.8
    }
  }

  private func add(text file: SampleFile, to fitted: inout FittedSamples) {
    do throws(SampleNote) {
      let (bytes, isAsRecorded) = try file.bytes()
      if !isAsRecorded { fitted.runs[file.run].notes.append(file.changedNote) }
      fitted.add(file, text: Self.shown(bytes))
    } catch {
      fitted.runs[file.run].notes.append(error.text)
    }
  }

  /// A text's beginning, where it is very long; bytes that are not UTF-8 become U+FFFD.
  private static func shown(_ bytes: [UInt8]) -> String {
    let start = String(decoding: bytes.prefix(SampleFile.longestText), as: UTF8.self)
    let rest = bytes.count - SampleFile.longestText
    return rest > 0 ? start + "\n[…] \(ByteCount.text(rest)) more in the file" : start
  }

  private func add(_ files: [SampleFile], side: Int?, to fitted: inout FittedSamples) {
    for file in files {
      do throws(SampleNote) {
        let (sheet, note) = try SampleSheet.read(file, side: side)
        if let note { fitted.runs[file.run].notes.append(note) }
        fitted.add(file, sheet)
      } catch {
        fitted.runs[file.run].notes.append(error.text)
      }
    }
  }

  /// Bytes that sheets would take in a page, by their areas.
  private func estimate(_ files: [SampleFile], side: Int?) -> Int {
    files.reduce(0) { total, file in
      guard case .sheet(let width, let height) = file.kind else { return total }
      let factor = min(1, Double(side ?? .max) / Double(max(width, height)))
      let bytes = Double(file.size) * factor * factor
      return total + Int(bytes * 4 / 3) + FittedSamples.entrySize(file)
    }
  }

  private func note(in fitted: inout FittedSamples, side: Int?) {
    let shrunk = fitted.runs.reduce(0) { $0 + $1.samples.count { $0.shrunkFrom != nil } }
    if shrunk > 0, let side {
      fitted.remarks.append(
        "\(shrunk) sample sheet\(shrunk == 1 ? "" : "s") shrunk to \(side) pixels a side; the run "
          + "directories have them at full size")
    }
    for (omitted, all, name) in [
      (fitted.omittedSheets, sheets.count, "sample sheets"),
      (fitted.omittedTexts, texts.count, "text samples"),
    ] where omitted > 0 {
      let which = omitted == all ? "all \(all)" : "\(omitted) of \(all)"
      let how = omitted == all ? "" : ", evenly over the steps,"
      fitted.remarks.append("\(which) \(name) left out\(how) to keep the page's size")
    }
  }
}
