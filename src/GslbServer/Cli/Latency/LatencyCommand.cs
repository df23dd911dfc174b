namespace GslbServer;

/// <summary><c>gslb latency</c>: what is measured, in and out.</summary>
internal sealed class LatencyCommand : CliCommand
{
    public LatencyCommand(CliHost host)
        : base("latency", "Look at measured round trips, export them, import others",
            "gslb latency top",
            "gslb latency show 198.51.100.0/24",
            "gslb latency export latency.csv",
            "gslb latency import latency.csv")
    {
        Subcommands.Add(new LatencyTopCommand(host));
        Subcommands.Add(new LatencyShowCommand(host));
        Subcommands.Add(new LatencyExportCommand(host));
        Subcommands.Add(new LatencyImportCommand(host));
    }
}
