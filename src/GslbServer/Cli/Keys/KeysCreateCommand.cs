using System.CommandLine;
using System.Text.Json;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb keys create ZONE</c>: the first keys of a zone, which sign it from now on.</summary>
internal sealed class KeysCreateCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly KeysFolder _folder;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The zone to sign" };
    private readonly Option<string> _algorithm = new("--algorithm") { HelpName = "ALG", Description = "13 (ECDSA P-256), 14 (ECDSA P-384) or 8 (RSA)", DefaultValueFactory = _ => "13" };
    private readonly Option<int> _bits = new("--bits") { HelpName = "N", Description = "Of RSA keys, 1024 to 4096", DefaultValueFactory = _ => 2048 };
    private readonly Option<bool> _csk = new("--csk") { Description = "One key for all, instead of one for the keys (KSK) and one for the zone (ZSK)" };
    private readonly Option<string?> _denial = new("--denial") { HelpName = "KIND", Description = "How it is proved that a name is not there: nsec, nsec3 or compact [default: nsec]" };
    private readonly Option<string?> _lifetime = new("--zsk-lifetime") { HelpName = "TIME", Description = "How long a ZSK signs before the next is rolled in, or off [default: 60d]" };
    private readonly Option<bool> _json = new("--json") { Description = "The keys, as JSON" };

    public KeysCreateCommand(CliHost host)
        : base("create", "Make a zone's keys: a node that has them signs it from now on",
            "gslb keys create gslb.example.org",
            "gslb keys create gslb.example.org --csk --denial nsec3",
            "gslb keys create gslb.example.org --algorithm 8 --keys /etc/gslb/keys")
    {
        Notes =
        [
            "Keys are files as BIND's dnssec-keygen writes them, private ones readable by their owner alone; keys made by it may be used too. A running node takes them over within a second or two.",
            "What is not as by default goes to ZONE.policy.json beside them: denial, zskLifetime, cds, keyTtl, maxTtl, parentTtl, propagation, signatureValidity.",
            "A zone is trusted only once its parent has the DS that gslb keys ds prints.",
        ];
        _host = host;
        _algorithm.AcceptOnlyFromAmong("8", "13", "14", "RSASHA256", "ECDSAP256SHA256", "ECDSAP384SHA384");
        _denial.AcceptOnlyFromAmong("nsec", "nsec3", "compact");
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        foreach (Option option in (Option[])[_algorithm, _bits, _csk, _denial, _lifetime, _json])
        {
            Options.Add(option);
        }

        _folder = new KeysFolder(host, this);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        DomainName zone = ZoneArgument.Read(line.GetRequiredValue(_zone));
        DateTimeOffset now = _host.Time.GetUtcNow();
        KeyDirectory directory = _folder.Directory(line);
        ZoneKeys known = KeysFolder.Read(directory, zone);
        if (known.Keys.Where(k => k.StateAt(now) != KeyState.Removed).Select(k => k.Label).ToArray() is { Length: > 0 } live)
        {
            throw new CliException($"{zone} has keys already in {directory.Path}: {string.Join(' ', live)}; new ones follow them by gslb keys roll {zone}");
        }

        KeyPolicy policy = Policy(line, known.Policy);
        if (policy != known.Policy)
        {
            KeysFolder.Write(() => directory.Write(zone, policy));
        }

        DnssecAlgorithm algorithm = line.GetValue(_algorithm) switch { "8" or "RSASHA256" => DnssecAlgorithm.RSASHA256, "14" or "ECDSAP384SHA384" => DnssecAlgorithm.ECDSAP384SHA384, _ => DnssecAlgorithm.ECDSAP256SHA256 };
        ushort[] flags = line.GetValue(_csk) ? [DnssecKey.SecureEntryPoint] : [DnssecKey.SecureEntryPoint, DnssecKey.ZoneKey];
        foreach (ushort flag in flags)
        {
            bool isKsk = flag == DnssecKey.SecureEntryPoint;
            var plan = new KeyPlan(new NewKey(flag, algorithm, KskRollover.First(isKsk, policy, now)), []);
            known = known with { Policy = policy, Keys = [.. known.Keys, KeysFolder.Carry(directory, known, plan, Bits(line))!] };
        }

        Write(directory, known, line.GetValue(_json), now);
        return 0;
    }

    private KeyPolicy Policy(ParseResult line, KeyPolicy policy)
    {
        if (line.GetValue(_denial) is { } denial)
        {
            policy = policy with { Denial = Enum.Parse<DenialKind>(denial, ignoreCase: true) };
        }

        if (line.GetValue(_lifetime) is not { } lifetime)
        {
            return policy;
        }

        if (lifetime == "off")
        {
            return policy with { ZskLifetime = null };
        }

        TimeSpan least = policy.PublishInterval + policy.RetireInterval;
        return Durations.TryParse(lifetime, out TimeSpan time) && time >= least ? policy with { ZskLifetime = time }
            : throw new CliException($"--zsk-lifetime {lifetime}: expected off, or a time of at least {Durations.Format(least)}, which a rollover takes") { HelpOf = "gslb keys create" };
    }

    private int Bits(ParseResult line) => line.GetValue(_bits) is >= 1024 and <= 4096 and var bits && bits % 8 == 0 ? bits
        : throw new CliException($"--bits {line.GetValue(_bits)}: expected a multiple of 8 from 1024 to 4096") { HelpOf = "gslb keys create" };

    private void Write(KeyDirectory directory, ZoneKeys zone, bool isJson, DateTimeOffset now)
    {
        if (isJson)
        {
            _host.Out.WriteLine(JsonSerializer.Serialize(ZoneKeysView.Of(zone, now), AdminJson.Indented));
            return;
        }

        ZoneKey[] live = [.. zone.Keys.Where(k => k.StateAt(now) != KeyState.Removed)];
        foreach (ZoneKey key in live)
        {
            string role = !key.IsKsk ? "zone-signing key" : live.Length == 1 ? "key for all" : "key-signing key";
            _host.Out.WriteLine($"{role} {key.Label}: {Path.Combine(directory.Path, key.FileName)}.private");
        }

        DateTimeOffset from = live.First(k => k.IsKsk).Times.SyncPublish!.Value;
        _host.Out.WriteLine($"{zone.Zone} is signed from now on. From {from.UtcDateTime:u} on, when no cache has unsigned answers any more, give its parent this DS (gslb keys ds {zone.Zone}):");
        foreach (ZoneKey key in live.Where(k => k.IsKsk))
        {
            _host.Out.WriteLine(KeysDsCommand.Ds(key, DelegationSigner.Sha256));
        }
    }
}
