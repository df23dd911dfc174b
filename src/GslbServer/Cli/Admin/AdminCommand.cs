namespace GslbServer;

/// <summary><c>gslb admin</c>: who may use the admin listener.</summary>
internal sealed class AdminCommand : CliCommand
{
    public AdminCommand(CliHost host)
        : base("admin", "Who may use a node's admin listener", "gslb admin token alice --role operate", "gslb admin whoami")
    {
        Subcommands.Add(new AdminTokenCommand(host));
        Subcommands.Add(new AdminWhoAmICommand(host));
    }
}
