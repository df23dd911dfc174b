namespace GslbServer;

/// <summary><c>gslb geo</c>: work on geodata.</summary>
internal sealed class GeoCommand : CliCommand
{
    public GeoCommand(CliHost host)
        : base("geo", "Make geodata", "gslb geo build geodata/sample.csv -o geodata/sample.mmdb") => Subcommands.Add(new GeoBuildCommand(host));
}
