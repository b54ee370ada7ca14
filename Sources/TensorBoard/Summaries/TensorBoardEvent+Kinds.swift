import Foundation

extension TensorBoardEvent {
  /// The first record of a file: the version of the format and the program that writes it.
  package static func version(time: Double) -> TensorBoardEvent {
    var event = TensorBoardEvent()
    event.wallTime = time
    event.fileVersion = "brain.Event:2"
    event.sourceMetadata.writer = "tandem"
    return event
  }

  /// The start of a session. Readers drop what earlier sessions recorded of this step and later
  /// ones.
  package static func start(step: Int, time: Double) -> TensorBoardEvent {
    var event = TensorBoardEvent()
    event.wallTime = time
    event.step = Int64(step)
    event.sessionLog.status = .start
    return event
  }

  /// Values of one step.
  package static func summary(
    step: Int, time: Double, _ values: [TensorBoardSummary.Value]
  ) -> TensorBoardEvent {
    var event = TensorBoardEvent()
    event.wallTime = time
    event.step = Int64(step)
    event.summary.value = values
    return event
  }
}

extension TensorBoardSummary.Value {
  /// A number, for the tab of scalars.
  package static func scalar(_ tag: String, _ number: Float) -> Self {
    var value = Self()
    value.tag = tag
    value.simpleValue = number
    return value
  }

  /// A picture; nil for bytes that are no PNG.
  package static func image(_ tag: String, png: [UInt8]) -> Self? {
    // The header follows the signature in every PNG: IHDR, width and height, depth, colour type.
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard png.count > 25, png.starts(with: signature) else { return nil }
    func number(at offset: Int) -> Int32 {
      png[offset..<offset + 4].reduce(0) { $0 << 8 | Int32($1) }
    }
    let channels: [UInt8: Int32] = [0: 1, 2: 3, 3: 3, 4: 2, 6: 4]
    guard let colorspace = channels[png[25]] else { return nil }
    var value = Self()
    value.tag = tag
    value.image.width = number(at: 16)
    value.image.height = number(at: 20)
    value.image.colorspace = colorspace
    value.image.encodedImageString = Data(png)
    return value
  }

  /// A text, for the tab of texts, which takes Markdown: the text stands there as code, line for
  /// line as it is.
  package static func text(_ tag: String, _ text: String) -> Self {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let markdown = lines.map { "    \($0)" }.joined(separator: "\n")
    var value = Self()
    value.tag = tag
    value.tensor.dtype = .string
    value.tensor.tensorShape = .init()
    value.tensor.stringVal = [Data(markdown.utf8)]
    value.metadata.pluginData.pluginName = "text"
    value.metadata.dataClass = .tensor
    return value
  }

  /// How numbers are distributed; nil where none is finite.
  package static func histogram(_ tag: String, of numbers: [Float]) -> Self? {
    guard let histogram = TensorBoardHistogram(of: numbers) else { return nil }
    var value = Self()
    value.tag = tag
    value.histo = histogram
    return value
  }

  /// What the plugin "hparams" is told, which reads it from the metadata alone.
  package static func hyperparameters(_ tag: String, _ message: TensorBoardHParams) -> Self {
    var value = Self()
    value.tag = "_hparams_/\(tag)"
    // An empty tensor: a value must have some contents.
    value.tensor.dtype = .float
    value.tensor.tensorShape.dim = [.init()]
    value.metadata.pluginData.pluginName = "hparams"
    value.metadata.pluginData.content = EventFileWriter.bytes(of: message)
    value.metadata.dataClass = .tensor
    return value
  }
}
