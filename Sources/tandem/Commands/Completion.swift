import ArgumentParser

struct Completion: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a script that completes commands, options and run ids in your shell.",
    discussion: """
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
    if let shell = CompletionShell(rawValue: shell) { print(Tandem.completionScript(for: shell)) }
  }
}
