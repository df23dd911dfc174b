namespace GslbServer;

/// <summary><c>gslb anycast</c>: whether this node's address may be announced.</summary>
internal sealed class AnycastCommand : CliCommand
{
    public AnycastCommand(CliHost host)
        : base("anycast", "Whether routers may lead clients to this node", "gslb anycast check") => Subcommands.Add(new AnycastCheckCommand(host));
}
