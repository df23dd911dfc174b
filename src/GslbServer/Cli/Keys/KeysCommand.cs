namespace GslbServer;

/// <summary><c>gslb keys</c>: the keys that zones are signed with, as files.</summary>
internal sealed class KeysCommand : CliCommand
{
    public KeysCommand(CliHost host)
        : base("keys", "Make, look at and roll the keys that zones are signed with",
            "gslb keys create gslb.example.org",
            "gslb keys ds gslb.example.org",
            "gslb keys list",
            "gslb keys roll gslb.example.org --ksk")
    {
        Subcommands.Add(new KeysCreateCommand(host));
        Subcommands.Add(new KeysListCommand(host));
        Subcommands.Add(new KeysDsCommand(host));
        Subcommands.Add(new KeysRollCommand(host));
        Subcommands.Add(new KeysUnsignCommand(host));
        Subcommands.Add(new KeysSignBundleCommand(host));
    }
}
