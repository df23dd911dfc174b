namespace GslbServer;

/// <summary><c>gslb zone</c>: work on zone files.</summary>
internal sealed class ZoneCommand : CliCommand
{
    public ZoneCommand(CliHost host)
        : base("zone", "Format, judge, export and import zone files",
            "gslb zone fmt zones/gslb.example.zone",
            "gslb zone lint zones",
            "gslb zone export gslb.example --rfc3597")
    {
        Subcommands.Add(new ZoneFormatCommand(host));
        Subcommands.Add(new ZoneLintCommand(host));
        Subcommands.Add(new ZoneExportCommand(host));
        Subcommands.Add(new ZoneImportCommand(host));
    }
}
