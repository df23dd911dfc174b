using System.CommandLine;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb keys unsign ZONE</c>: a signed zone becomes an unsigned one, and no validator finds it bogus on the way.</summary>
internal sealed class KeysUnsignCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly KeysFolder _folder;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The signed zone" };
    private readonly Option<bool> _dsGone = new("--ds-gone") { Description = "As second step: the parent has no DS any more" };
    private readonly Option<string?> _parent = new("--parent") { HelpName = "ADDR[:PORT]", Description = "As second step: look at this server of the parent whether it has none" };
    private readonly Option<bool> _json = new("--json") { Description = "The zone's keys as they are now, as JSON" };

    public KeysUnsignCommand(CliHost host)
        : base("unsign", "Stop signing a zone, in two steps",
            "gslb keys unsign gslb.example.org",
            "gslb keys unsign gslb.example.org --ds-gone")
    {
        Notes =
        [
            "The first step asks the parent, by CDS and CDNSKEY, to remove its DS (RFC 8078 section 4); where it does not read them, somebody has it removed. The second step says that it is gone:",
            "signatures end when no cache has the DS any more. Removing keys at once would make the zone bogus; a node refuses to load a signed zone whose keys are gone.",
        ];
        _host = host;
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        Options.Add(_dsGone);
        Options.Add(_parent);
        Options.Add(_json);
        _folder = new KeysFolder(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        TextWriter words = line.GetValue(_json) ? TextWriter.Null : _host.Out;
        DomainName zone = ZoneArgument.Read(line.GetRequiredValue(_zone));
        DateTimeOffset now = _host.Time.GetUtcNow();
        KeyDirectory directory = _folder.Directory(line);
        ZoneKeys keys = KeysFolder.ReadExisting(directory, zone);
        if (line.GetValue(_parent) is null && !line.GetValue(_dsGone))
        {
            KeysFolder.Write(() => directory.Write(zone, keys.Policy with { Cds = CdsPolicy.Delete }));
            words.WriteLine($"CDS and CDNSKEY of {zone} ask the parent to remove its DS. Where it does not read them, have it removed.");
            words.WriteLine($"Once it is gone: gslb keys unsign {zone} --ds-gone");
            if (line.GetValue(_json)) _folder.PrintJson(directory, zone);
            return 0;
        }

        if (keys.Policy.Cds == CdsPolicy.Publish)
        {
            throw new CliException($"{zone} asks its parent for a DS; begin with gslb keys unsign {zone}");
        }

        if (line.GetValue(_parent) is { } parent && await ParentSigners.AskAsync(parent, zone, cancel) is { Rdatas.Count: > 0 and var left })
        {
            throw new CliException($"the parent still has {left} DS of {zone}; have them removed first");
        }

        KeyPlan plan = KskRollover.Unsign(keys.Keys, keys.Policy, now);
        KeysFolder.Carry(directory, keys, plan);
        words.WriteLine($"{zone} stays signed until {plan.Change.Max(k => k.Times.Delete)!.Value.UtcDateTime:u}, when no cache has the DS any more. Nothing more to do.");
        if (line.GetValue(_json)) _folder.PrintJson(directory, zone);
        return 0;
    }
}
