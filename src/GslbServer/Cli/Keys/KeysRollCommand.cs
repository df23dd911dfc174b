using System.CommandLine;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb keys roll ZONE</c>: another key takes the place of the one in use, without a moment at which a cache could not validate.</summary>
internal sealed class KeysRollCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly KeysFolder _folder;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The signed zone" };
    private readonly Option<bool> _zsk = new("--zsk") { Description = "The zone-signing key: publishes the next one now; all else follows by itself" };
    private readonly Option<bool> _ksk = new("--ksk") { Description = "The key that the parent points at (of a zone with one key: that one)" };
    private readonly Option<bool> _dsSeen = new("--ds-seen") { Description = "With --ksk, as second step: the parent has the new DS" };
    private readonly Option<string?> _parent = new("--parent") { HelpName = "ADDR[:PORT]", Description = "With --ksk, as second step: look at this server of the parent whether it has the new DS" };
    private readonly Option<bool> _json = new("--json") { Description = "The zone's keys as they are now, as JSON" };

    public KeysRollCommand(CliHost host)
        : base("roll", "Roll a zone's keys",
            "gslb keys roll gslb.example.org --zsk",
            "gslb keys roll gslb.example.org --ksk",
            "gslb keys roll gslb.example.org --ksk --ds-seen",
            "gslb keys roll gslb.example.org --ksk --parent 192.0.2.1")
    {
        Notes =
        [
            "--zsk: pre-publication (RFC 6781 section 4.1.1.1). A node does it by itself every 60 days unless ZONE.policy.json has another zskLifetime.",
            "--ksk: both keys sign until the parent points at the new one alone (RFC 6781 section 4.1.2). The first step publishes the new key, and from a time that it prints CDS and CDNSKEY ask for",
            "its DS; whoever manages the parent puts that in place of the old one, if it does not read CDS; the second step says so, and lets the old key go when no cache has its DS any more.",
        ];
        _host = host;
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        foreach (Option option in (Option[])[_zsk, _ksk, _dsSeen, _parent])
        {
            Options.Add(option);
        }

        Options.Add(_json);
        _folder = new KeysFolder(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        DomainName zone = ZoneArgument.Read(line.GetRequiredValue(_zone));
        bool isKsk = line.GetValue(_ksk), isZsk = line.GetValue(_zsk), isSecondStep = line.GetValue(_dsSeen) || line.GetValue(_parent) is not null;
        if (isKsk == isZsk || isSecondStep && isZsk)
        {
            throw new CliException(isKsk == isZsk ? "expected one of --zsk and --ksk" : "--ds-seen and --parent belong to --ksk") { HelpOf = "gslb keys roll" };
        }

        KeyDirectory directory = _folder.Directory(line);
        ZoneKeys keys = KeysFolder.ReadExisting(directory, zone);
        TextWriter words = line.GetValue(_json) ? TextWriter.Null : _host.Out;
        if (isZsk)
        {
            RollZsk(directory, keys, words);
        }
        else if (isSecondStep)
        {
            await FinishAsync(directory, keys, line.GetValue(_parent), words, cancel);
        }
        else
        {
            StartKsk(directory, keys, words);
        }

        if (line.GetValue(_json)) _folder.PrintJson(directory, zone);

        return 0;
    }

    private void RollZsk(KeyDirectory directory, ZoneKeys keys, TextWriter words)
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        if (keys.Bundle is not null)
        {
            throw new CliException($"{keys.Zone} has a bundle of signatures over its keys, and another key would not be in it; make a bundle with the roll where the key-signing key is (gslb keys sign-bundle)");
        }

        KeyPlan plan = ZskRollover.RollNow(keys.Keys, keys.Policy, now)
            ?? throw new CliException($"{keys.Zone}: no zone-signing key signs, or the next one is there already; see gslb keys list {keys.Zone}");
        ZoneKey made = KeysFolder.Carry(directory, keys, plan)!;
        ZoneKey old = plan.Change[0];
        words.WriteLine($"key {made.Label} is published now, signs from {made.Times.Activate!.Value.UtcDateTime:u}; key {old.Label} goes at {old.Times.Delete!.Value.UtcDateTime:u}. Nothing more to do.");
    }

    private void StartKsk(KeyDirectory directory, ZoneKeys keys, TextWriter words)
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        ZoneKey[] live = KskRollover.Live(keys.Keys, now);
        KeyPlan plan = KskRollover.Start(keys.Keys, keys.Policy, now) ?? throw new CliException(KskRollover.StageOf(keys.Keys, now) switch
        {
            KskStage.Spreading => $"{keys.Zone}: key {live[^1].Label} is spreading; from {live[^1].Times.SyncPublish!.Value.UtcDateTime:u} it is the parent's turn",
            KskStage.AwaitingDs => $"{keys.Zone}: key {live[^1].Label} waits for the parent; once it has the new DS: gslb keys roll {keys.Zone} --ksk --ds-seen",
            KskStage.Leaving => $"{keys.Zone}: key {live[0].Label} is leaving until {live[0].Times.Delete!.Value.UtcDateTime:u}; the next roll can begin then",
            _ => $"{keys.Zone} has no key-signing key (flags 257)",
        });
        if (live.Any(k => !k.Key.CanSign))
        {
            throw new CliException($"the private part of key {live[0].Label} is not here; roll it where it is, and copy the new bundle of signatures from there");
        }

        ZoneKey made = KeysFolder.Carry(directory, keys, plan)!;
        words.WriteLine($"key {made.Label} is published and signs the keys now, beside {live[0].Label}.");
        words.WriteLine($"From {made.Times.SyncPublish!.Value.UtcDateTime:u} on{(keys.Policy.Cds == CdsPolicy.Publish ? ", when CDS and CDNSKEY ask for it," : "")} the parent is to have this DS in place of the old one:");
        words.WriteLine(KeysDsCommand.Ds(made, DelegationSigner.Sha256));
        words.WriteLine($"Once it has: gslb keys roll {keys.Zone} --ksk --ds-seen");
    }

    private async Task FinishAsync(KeyDirectory directory, ZoneKeys keys, string? parent, TextWriter words, CancellationToken cancel)
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        ZoneKey[] live = KskRollover.Live(keys.Keys, now);
        switch (KskRollover.StageOf(keys.Keys, now))
        {
            case KskStage.Settled:
                throw new CliException($"{keys.Zone}: no roll of its key-signing key is under way; gslb keys roll {keys.Zone} --ksk begins one");
            case KskStage.Leaving:
                throw new CliException($"{keys.Zone}: that is known; key {live[0].Label} goes at {live[0].Times.Delete!.Value.UtcDateTime:u}");
            case KskStage.Spreading:
                throw new CliException($"{keys.Zone}: not before {live[^1].Times.SyncPublish!.Value.UtcDateTime:u}: until then caches may lack key {live[^1].Label}");
        }

        TimeSpan? ttl = null;
        if (parent is not null)
        {
            ParentSigners signers = await ParentSigners.AskAsync(parent, keys.Zone, cancel);
            ttl = signers.Ttl;
            if (!signers.Has(live[^1]))
            {
                throw new CliException($"the parent has no DS of key {live[^1].Label} ({(signers.Rdatas.Count == 0 ? "none at all" : $"{signers.Rdatas.Count} of others")}); give it what gslb keys ds {keys.Zone} prints");
            }
        }

        KeyPlan plan = KskRollover.Finish(keys.Keys, keys.Policy, now, ttl);
        KeysFolder.Carry(directory, keys, plan);
        words.WriteLine($"key {plan.Change[0].Label} signs until {plan.Change[0].Times.Delete!.Value.UtcDateTime:u}, when no cache has its DS any more ({Durations.Format(ttl ?? keys.Policy.ParentTtl)} TTL), and goes then. Nothing more to do.");
    }
}
