import ArgumentParser
import TandemExperiments
import TandemExports
import TandemRuns
import TandemTensorBoard

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a run's metrics, weights or events in a form of another program.",
    discussion: """
      Files are written to this directory under the run's name unless --output says otherwise; \
      one that is there stays, unless --force is given. The last line names what was written.

      Examples:

        tandem export csv @last
        tandem export jsonl brave-otter -o - | head
        tandem export safetensors @last --best --averaged
        tandem export npz @last --step 1000 --network generator
        tandem export tensorboard @last
      """,
    subcommands: [
      TensorBoard.self, CSV.self, JSONL.self, Weights.self, NumPy.self,
    ])
}

/// What all forms of export are told.
struct ExportOptions: ParsableArguments {
  @Argument(help: .run, completion: .runs)
  var name: String

  @OptionGroup var root: RootOption

  @OptionGroup var replacement: ForceOption

  @Flag(help: "Print JSON.")
  var json = false

  /// The run directory.
  func path() throws -> String { try root.store.find(name) }

  /// Prints what was written, or where.
  func report(_ outcome: some Encodable, file: String, notes: [String] = []) throws {
    for note in notes { StandardError.warn(note) }
    print(json ? try ReportText.json(outcome) : file)
  }
}

extension Export {
  struct TensorBoard: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tensorboard",
      abstract: "Make TensorBoard's event file of a run that has none.")

    @OptionGroup var options: ExportOptions

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp(
        "The folder of the event file (default: tensorboard in the run's directory).",
        valueName: "dir"), completion: .directory)
    var output: String?

    func validate() throws { try checkPath(output, of: "--output") }

    func run() throws {
      let export = TensorBoardExport(path: try options.path())
      let outcome = try export.write(to: output, replacing: options.replacement.force)
      try options.report(outcome, file: outcome.file, notes: outcome.notes)
    }
  }

  struct CSV: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "csv", abstract: "Write a run's metrics as a table, a column for each.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var output: TableOutput

    func run() throws { try output.write(.csv, options) }
  }

  struct JSONL: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "jsonl",
      abstract: "Write a run's metrics as JSON lines, its sessions merged.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var output: TableOutput

    func run() throws { try output.write(.jsonl, options) }
  }

  struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "safetensors",
      abstract: "Write a checkpoint's weights under PyTorch's names.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var weights: WeightsOptions

    func run() throws { try weights.write(.safetensors, options) }
  }

  struct NumPy: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "npz", abstract: "Write a checkpoint's weights for NumPy.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var weights: WeightsOptions

    func run() throws { try weights.write(.npz, options) }
  }
}

/// Where a table of metrics goes.
struct TableOutput: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file (default: the run's name with .csv or .jsonl); - prints it.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws { try checkPath(output, of: "--output") }

  func write(_ form: MetricsExport.Form, _ options: ExportOptions) throws {
    let export = try MetricsExport(path: try options.path())
    if output == "-", options.json {
      throw ValidationError("--output - prints the table: leave out --json.")
    }
    let outcome = try export.write(form, to: output, replacing: options.replacement.force)
    for note in export.notes { StandardError.warn(note) }
    if output != "-" { try options.report(outcome, file: outcome.file) }
  }
}

/// Which weights are written, and where.
struct WeightsOptions: ParsableArguments {
  @OptionGroup var checkpoint: CheckpointOption

  @Flag(help: "The averaged weights of the network that has some.")
  var averaged = false

  @Option(
    help: ArgumentHelp(
      "Only this network of the run, its tensors' names without it: generator.",
      valueName: "name"))
  var network: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file (default: the run's name and the step).", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    try checkPath(output, of: "--output")
  }

  func write(_ form: WeightsExport.Form, _ options: ExportOptions) throws {
    let path = try options.path()
    let (checkpoint, notes) = try StoredRun.checkpoint(self.checkpoint.choice, of: path)
    let export = try WeightsExport(
      checkpoint, of: RunSummary(path: path).id, averaged: averaged, network: network)
    let outcome = try export.write(form, to: output, replacing: options.replacement.force)
    try options.report(outcome, file: outcome.file, notes: notes)
  }
}
