using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb down</c> and <c>gslb up</c>: an operator's word instead of the probes'.</summary>
internal sealed class JudgeCommand : OverrideCommand
{
    private readonly Option<bool> _force = new("--force") { Description = "Even if a name loses its last serving target" };

    public JudgeCommand(CliHost host, string state)
        : base(host, state, state, $"Count TARGET as {state} whatever its probes say, on all nodes", ExamplesOf(state))
    {
        Notes = [Targets, MoreTargets + " gslb undrain TARGET gives it back to the probes.",
            .. state == "down" ? (string[])["A drain lets a region go on while nothing else serves; down does not, as long as there is anything else to answer."] : []];
        Take(state == "down" ? [_force] : []);
    }

    protected override OverrideRequest With(OverrideRequest request, ParseResult line, List<string> errors) => request with { Force = line.GetResult(_force) is { Implicit: false } };

    private static string[] ExamplesOf(string state) => state == "down"
        ? ["gslb down eu-west --reason \"serves errors that the check does not see\" --for 1h", "gslb down eu-west/198.51.100.10 --reason \"bad disk\""]
        : ["gslb up eu-west --reason \"the check itself is broken\" --for 30m"];
}
