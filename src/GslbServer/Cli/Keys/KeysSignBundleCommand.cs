using System.CommandLine;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb keys sign-bundle ZONE</c>: signatures over a zone's keys for months, so that no node needs the private key-signing key.</summary>
internal sealed class KeysSignBundleCommand : CliCommand
{
    /// <summary>Longer, and whoever steals a bundle can use it for too long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private readonly CliHost _host;
    private readonly KeysFolder _folder;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The zone" };
    private readonly Option<string> _for = new("--for") { HelpName = "TIME", Description = "How long the signatures are to last, up to 366d", DefaultValueFactory = _ => "90d" };
    private readonly Option<bool> _json = new("--json") { Description = "The zone's keys as they are now, as JSON" };

    public KeysSignBundleCommand(CliHost host)
        : base("sign-bundle", "Where the key-signing key is: sign the zone's keys ahead, into one file",
            "gslb keys sign-bundle gslb.example.org --for 90d")
    {
        Notes =
        [
            "Makes the zone-signing keys that rollovers in this time need, with their times, and ZONE.bundle with signatures over each set of keys. Copy the directory to the nodes without the private",
            "file of the key-signing key. A node then signs with the zone-signing keys alone, rolls nothing by itself, and warns 14 days before the bundle ends; its last signatures are valid for 7 days more.",
        ];
        _host = host;
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        Options.Add(_for);
        Options.Add(_json);
        _folder = new KeysFolder(host, this);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        TextWriter words = line.GetValue(_json) ? TextWriter.Null : _host.Out;
        DomainName zone = ZoneArgument.Read(line.GetRequiredValue(_zone));
        string text = line.GetValue(_for)!;
        if (!Durations.TryParse(text, out TimeSpan length) || length < TimeSpan.FromHours(1) || length > Longest)
        {
            throw new CliException($"--for {text}: expected a time from 1h to 366d") { HelpOf = "gslb keys sign-bundle" };
        }

        KeyDirectory directory = _folder.Directory(line);
        ZoneKeys keys = KeysFolder.ReadExisting(directory, zone);
        DateTimeOffset now = _host.Time.GetUtcNow();
        if (KskRollover.Live(keys.Keys, now) is not [.., var signer] || !signer.Key.CanSign)
        {
            throw new CliException($"no private key-signing key of {zone} is in {directory.Path}");
        }

        IReadOnlyList<ZoneKey> planned = KeyBundleMaker.PlanAhead(zone, keys.Keys, keys.Policy, now, now + length);
        var problems = new List<string>();
        KeyBundle bundle = KeyBundleMaker.Make(zone, planned, keys.Policy, now, now + length, problems) ?? throw new CliException(problems);
        string file = "";
        KeysFolder.Write(() =>
        {
            foreach (ZoneKey key in planned.Where(k => !keys.Keys.Contains(k)))
            {
                directory.Write(key);
            }

            file = directory.Write(zone, bundle, (uint)keys.Policy.KeyTtl.TotalSeconds);
        });
        words.WriteLine($"{file}: {bundle.Slots.Count} sets of signatures by key {signer.Label}, until {bundle.Ends.UtcDateTime:u}");
        foreach (ZoneKey made in planned.Where(k => keys.Keys.All(old => !old.Key.IsSame(k.Key))))
        {
            words.WriteLine($"zone-signing key {made.Label}: published at {made.Times.Publish!.Value.UtcDateTime:u}, signs from {made.Times.Activate!.Value.UtcDateTime:u}");
        }

        words.WriteLine($"Copy {directory.Path} to the nodes without {signer.FileName}.private.");
        if (line.GetValue(_json)) _folder.PrintJson(directory, zone);
        return 0;
    }
}
