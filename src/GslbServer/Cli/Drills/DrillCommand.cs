namespace GslbServer;

/// <summary><c>gslb drill</c>: rehearsals of a region's failure.</summary>
internal sealed class DrillCommand : CliCommand
{
    public DrillCommand(CliHost host)
        : base("drill", "Rehearse the failure of a region, and see what it did",
            "gslb drill start eu-west --for 10m --reason \"game day\"",
            "gslb drill list",
            "gslb drill stop eu-west",
            "gslb drill report --resolver 192.0.2.1 --svg drill.svg")
    {
        Notes =
        [
            "In a drill every node counts its own probes of the region as failed, so detection, verdicts, answers, TTLs and the return are those of a real failure; the region itself is",
            "not touched and serves whoever comes. It ends by itself on every node, whatever becomes of stores and of this command, and at once where a name is left without a target.",
        ];
        Subcommands.Add(new DrillStartCommand(host));
        Subcommands.Add(new DrillStopCommand(host));
        Subcommands.Add(new DrillListCommand(host));
        Subcommands.Add(new DrillReportCommand(host));
    }
}
