import ArgumentParser

/// Changes to an experiment's configuration, for verbs that look at it.
struct OverrideOption: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Override a key.", valueName: "key=value"))
  var overrides: [String] = []
}
