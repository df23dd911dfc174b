namespace GslbServer;

/// <summary><c>gslb zone</c>: work on zone files.</summary>
internal sealed class ZoneCommand : CliCommand
{
    public ZoneCommand(CliHost host)
        : base("zone", "Format, judge, export and import zone files; push them to all nodes",
            "gslb zone fmt zones/gslb.example.zone",
            "gslb zone lint zones",
            "gslb zone export gslb.example --rfc3597",
            "gslb zone push zones/gslb.example.zone --wait")
    {
        Subcommands.Add(new ZoneFormatCommand(host));
        Subcommands.Add(new ZoneLintCommand(host));
        Subcommands.Add(new ZoneExportCommand(host));
        Subcommands.Add(new ZoneImportCommand(host));
        Subcommands.Add(new ZonePushCommand(host));
        Subcommands.Add(new ZoneVersionsCommand(host));
        Subcommands.Add(new ZoneShowCommand(host));
        Subcommands.Add(new ZoneDiffCommand(host));
        Subcommands.Add(ZoneChangeCommand.Rollback(host));
        Subcommands.Add(ZoneChangeCommand.Promote(host));
        Subcommands.Add(ZoneChangeCommand.Unpush(host));
    }
}
