using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb completion</c>: a script that lets a shell complete commands and options. The scripts ask the program itself, so they never fall behind it.</summary>
internal sealed class CompletionCommand : CliCommand
{
    private const string Bash = """
        # gslb completion for bash: source <(gslb completion bash)
        _gslb_complete() {
          local before="${COMP_LINE:0:COMP_POINT}" word line
          word="${before##*[[:space:]]}"
          # bash parts words at @ : = too, and replaces only what stands behind the last of them.
          local kept="${word%"${word##*[@:=]}"}"
          COMPREPLY=()
          while IFS= read -r line; do
            [[ $line == "$word"* ]] && COMPREPLY+=("${line#"$kept"}")
          done < <("$1" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null </dev/null)
        }
        complete -o default -F _gslb_complete gslb
        """;

    private const string Zsh = """
        #compdef gslb
        # gslb completion for zsh: source <(gslb completion zsh)
        _gslb() {
          local line="${(j: :)words[1,CURRENT]}"
          local -a suggestions
          suggestions=(${(f)"$("$words[1]" "[suggest:${#line}]" "$line" 2>/dev/null </dev/null)"})
          compadd -a suggestions
          (( compstate[nmatches] )) || _files
        }
        if [[ "$funcstack[1]" == "_gslb" ]]; then _gslb; else compdef _gslb gslb; fi
        """;

    private const string Fish = """
        # gslb completion for fish: gslb completion fish | source
        function __gslb_complete
          set -l line (commandline -cp)
          gslb "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null </dev/null
        end
        complete -c gslb -a '(__gslb_complete)'
        """;

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    public CompletionCommand(CliHost host)
        : base("completion", "Print a script that completes gslb in your shell",
            "source <(gslb completion bash)",
            "gslb completion zsh > ~/.zfunc/_gslb",
            "gslb completion fish | source")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
        Notes = ["It offers commands and options, and, asked of the node, its regions, names, zones, overrides and nodes (of --server, else GSLB_SERVER, else this host's)."];
        SetAction(line => host.Out.WriteLine(line.GetRequiredValue(_shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
    }
}
