import ArgumentParser

/// Changes to an experiment's configuration.
struct OverrideOption: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Override a key of the configuration, nested keys with dots.", valueName: "key=value"))
  var overrides: [String] = []
}
