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

    _tandem_names() {
        local -a words=()
        local i cword=0 breaks=""
        # A shell that ends words at "@" splits @last in two: they are put together again.
        [[ "$COMP_WORDBREAKS" != *@* ]] || breaks=1
        for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
            if [[ -n "$breaks" && i -gt 0 && "${words[-1]}" == @ && "${COMP_WORDS[i]}" != -* ]]; then
                words[-1]+="${COMP_WORDS[i]}"
            else
                words+=("${COMP_WORDS[i]}")
            fi
            ((i != COMP_CWORD)) || cword=$((${#words[@]} - 1))
        done
        local -a COMP_WORDS=("${words[@]}")
        local COMP_CWORD=$cword
        _tandem "$1" "${words[cword]}" "${words[cword - 1]}"
        [[ "${COMPREPLY[*]}" != *@last* ]] || compopt +o filenames 2> /dev/null
        # What is completed then is what stands behind the "@".
        [[ -z "$breaks" || "${words[cword]}" != @* ]] || COMPREPLY=("${COMPREPLY[@]#@}")
    }

    complete -o filenames -F _tandem_names tandem
    """
}
