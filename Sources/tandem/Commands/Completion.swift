import ArgumentParser

struct Completion: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a script that completes commands, options and names in your shell.",
    discussion: """
      Completed are verbs and options, runs, tags, metrics, experiment directories and data sets.

      bash:  tandem completion bash > ~/.local/share/bash-completion/completions/tandem
      zsh:   tandem completion zsh > "${fpath[1]}/_tandem"
      fish:  tandem completion fish > ~/.config/fish/completions/tandem.fish
      """)

  @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: String

  func validate() throws {
    guard CompletionShell(rawValue: shell) != nil else {
      throw ValidationError("There is completion for bash, zsh and fish, not for '\(shell)'.")
    }
  }

  func run() {
    guard let shell = CompletionShell(rawValue: shell) else { return }
    print(Tandem.completionScript(for: shell))
    if shell == .bash { print(Self.wholeNames) }
  }

  /// Lets bash take `@last` as one word, and as a word that is no file and needs no quoting.
  private static let wholeNames = """

    COMP_WORDBREAKS="${COMP_WORDBREAKS//@/}"

    _tandem_unquoted() {
        _tandem "${@}"
        [[ "${COMPREPLY[*]}" != *@last* ]] || compopt +o filenames 2> /dev/null
    }

    complete -o filenames -F _tandem_unquoted tandem
    """
}
