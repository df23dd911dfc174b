using System.CommandLine;
using System.Text.Json;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb keys ds ZONE</c>: what the parent is to publish.</summary>
internal sealed class KeysDsCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly KeysFolder _folder;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The signed zone" };

    private readonly Option<string> _form = new("--form")
    {
        HelpName = "FORM",
        Description = "ds, sha384 (a DS with that digest too), dnskey, cds or cdnskey",
        DefaultValueFactory = _ => "ds",
    };

    private readonly Option<bool> _json = new("--json") { Description = "All forms, as JSON" };

    public KeysDsCommand(CliHost host)
        : base("ds", "Print the DS that the parent is to have",
            "gslb keys ds gslb.example.org",
            "gslb keys ds gslb.example.org --form dnskey")
    {
        Notes = ["During a change of the key-signing key it is that of the new key, as CDS and CDNSKEY have it."];
        _host = host;
        _form.AcceptOnlyFromAmong("ds", "sha384", "dnskey", "cds", "cdnskey");
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        Options.Add(_form);
        Options.Add(_json);
        _folder = new KeysFolder(host, this);
        SetAction(Run);
    }

    /// <summary>One line of a zone file.</summary>
    public static string Ds(ZoneKey key, byte digest, string type = "DS") => $"{key.Zone} IN {type} {RdataText.Format(RecordType.DS, DelegationSigner.Of(key.Zone, key.Key, digest))}";

    private int Run(ParseResult line)
    {
        DomainName zone = ZoneArgument.Read(line.GetRequiredValue(_zone));
        DateTimeOffset now = _host.Time.GetUtcNow();
        ZoneKeys keys = KeysFolder.ReadExisting(_folder.Directory(line), zone);
        ZoneKey[] wanted = [.. KskRollover.Live(keys.Keys, now).Where(k => k.Times.SyncDelete is null && k.Times.Delete is null)];
        if (wanted.Length == 0)
        {
            throw new CliException($"no key of {zone} is one that a parent should point at (flags 257, and not on its way out)");
        }

        if (line.GetValue(_json))
        {
            _host.Out.WriteLine(JsonSerializer.Serialize(wanted.Select(k => new
            {
                k.Key.Tag,
                Algorithm = (int)k.Key.Algorithm,
                From = k.Times.SyncPublish,
                Ds = (string[])[Ds(k, DelegationSigner.Sha256), Ds(k, DelegationSigner.Sha384)],
                Dnskey = Dnskey(k, "DNSKEY"),
            }), AdminJson.Indented));
            return 0;
        }

        foreach (ZoneKey key in wanted)
        {
            if (key.Times.SyncPublish > now)
            {
                _host.Out.WriteLine($"; not before {key.Times.SyncPublish.Value.UtcDateTime:u}: until then caches may have answers that do not fit");
            }

            foreach (string record in Lines(key, line.GetValue(_form)!))
            {
                _host.Out.WriteLine(record);
            }
        }

        return 0;
    }

    private static string[] Lines(ZoneKey key, string form) => form switch
    {
        "sha384" => [Ds(key, DelegationSigner.Sha256), Ds(key, DelegationSigner.Sha384)],
        "dnskey" => [Dnskey(key, "DNSKEY")],
        "cds" => [Ds(key, DelegationSigner.Sha256, "CDS")],
        "cdnskey" => [Dnskey(key, "CDNSKEY")],
        _ => [Ds(key, DelegationSigner.Sha256)],
    };

    private static string Dnskey(ZoneKey key, string type) => $"{key.Zone} IN {type} {RdataText.Format(RecordType.DNSKEY, key.Key.Rdata)}";
}
