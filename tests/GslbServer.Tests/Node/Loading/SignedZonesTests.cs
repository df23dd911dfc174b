using GslbServer.Dns;
using GslbServer.Tests.Dns.Signing;

namespace GslbServer.Tests.Loading;

/// <summary>Zones that are signed as they are loaded, and what a load says of their keys.</summary>
public sealed class SignedZonesTests : IDisposable
{
    private const string Head = """
        $ORIGIN example.org.
        $TTL 300
        @       SOA    ns1 hostmaster 7 3600 600 86400 60
        @       NS     ns1
        ns1     A      192.0.2.53
        eu-west REGION 53.35 -6.26
                A      198.51.100.2
                AAAA   2001:db8::2
        www 60  STEER  failover eu-west

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-signed-");
    private readonly SteppedTime _time = new();

    private ZoneKeySet? _keys = TestKeys.Pair;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_zone_with_keys_is_signed_and_one_without_is_not()
    {
        Write("example.org.zone", Head);
        Write("example.com.zone", "$TTL 300\n@ SOA ns1.example.org. h 1 2 3 4 5\n@ NS ns1.example.org.\n");
        Loader loader = NewLoader(apex => apex.Equals(DomainName.Parse("example.org.")) ? TestKeys.Pair : null);

        Assert.Empty(loader.Load().Errors);

        Assert.Equal(["example.org."], loader.Zones.Zones.Where(zone => zone.Signatures is not null).Select(zone => zone.Apex.ToString()));
        Assert.InRange(Signatures(loader).RefreshAt - _time.GetUtcNow(), TimeSpan.FromDays((7 * 0.9) - 3.5), TimeSpan.FromDays(3.5));
    }

    [Theory]
    [InlineData("zone", "example.org.: no key signs the zone; expected at least one with its private part")]
    [InlineData("keys", "example.org.: no key signs the RRset DNSKEY, and no signature of it was brought along")]
    [InlineData("published", "is to sign, and is not published")]
    [InlineData("public", "is to sign, and its private part is not here")]
    public void Keys_that_cannot_sign_refuse_the_load(string fault, string error)
    {
        Write("example.org.zone", Head);
        DnssecKey keySigner = TestKeys.Pair.KeySigners[0], zoneSigner = TestKeys.Pair.ZoneSigners[0];
        _keys = fault switch
        {
            "zone" => TestKeys.Pair with { ZoneSigners = [] },
            "keys" => TestKeys.Pair with { KeySigners = [] },
            "published" => TestKeys.Pair with { Published = [keySigner] },
            _ => TestKeys.Pair with { ZoneSigners = [DnssecKey.FromRdata(zoneSigner.Rdata)] },
        };

        string found = Assert.Single(NewLoader().Load().Errors);

        Assert.Contains(": cannot be signed: ", found, StringComparison.Ordinal);
        Assert.Contains(error, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_signing_makes_are_left_out_of_the_file_with_a_warning()
    {
        Write("example.org.zone", Head + "@ DNSKEY 256 3 13 AAAA\nns1 NSEC www A\nwww NSEC @ A\n");
        Loader loader = NewLoader();

        string[] warnings = [.. loader.Load().Warnings.Where(w => w.Contains("left out", StringComparison.Ordinal))];

        Assert.Equal(2, warnings.Length);
        Assert.Contains("example.org.zone:10:1: warning: this DNSKEY is left out: zone example.org. is signed here, with keys that are kept apart; expected none in the file", warnings[0]);
        Assert.Contains("example.org.zone:11:1: warning: this and 1 more NSEC are left out", warnings[1]);
    }

    [Fact]
    public void No_data_as_a_last_resort_is_refused_where_the_zone_is_signed()
    {
        Write("example.org.zone", Head + "api 60 STEER failover eu-west all-down=nodata\n");
        Assert.Contains("all-down=nodata in the signed zone example.org.", Assert.Single(NewLoader().Load().Errors), StringComparison.Ordinal);
        _keys = null;
        Assert.Empty(NewLoader().Load().Errors);
    }

    [Fact]
    public void Signatures_are_made_again_before_half_of_their_validity_is_gone_and_not_sooner()
    {
        Write("example.org.zone", Head);
        Loader loader = NewLoader();
        loader.Load();
        ZoneSignatures first = Signatures(loader);

        _time.Step(TimeSpan.FromDays(2).TotalSeconds);
        Assert.False(loader.SignAgain([], out _));

        _time.Step(TimeSpan.FromDays(1.5).TotalSeconds);
        Assert.True(loader.SignAgain([], out bool isReload));
        Assert.False(isReload);
        Assert.True(Signatures(loader).RefreshAt > _time.GetUtcNow().AddHours(12));
        Assert.Same(first.Context, Signatures(loader).Context);
    }

    [Fact]
    public void Other_keys_sign_at_once_and_a_zone_that_loses_them_is_read_again()
    {
        Write("example.org.zone", Head);
        Loader loader = NewLoader();
        loader.Load();

        DnssecKey next = TestKeys.Make(DnssecAlgorithm.ECDSAP256SHA256, DnssecKey.ZoneKey);
        _keys = TestKeys.Pair with { Published = [.. TestKeys.Pair.Published, next], ZoneSigners = [next] };
        Assert.True(loader.SignAgain([], out _));
        Assert.Same(next, Signatures(loader).Keys.ZoneSigners[0]);

        _keys = null;
        Assert.False(loader.SignAgain([], out bool isReload));
        Assert.True(isReload);
    }

    [Fact]
    public void A_reload_keeps_the_signatures_of_what_did_not_change()
    {
        Write("example.org.zone", Head + "a A 192.0.2.1\nb A 192.0.2.2\n");
        Loader loader = NewLoader();
        loader.Load();
        Zone before = loader.Zones.Zones[0];

        Write("example.org.zone", Head.Replace("hostmaster 7", "hostmaster 8", StringComparison.Ordinal) + "a A 192.0.2.1\nb A 192.0.2.3\n");
        loader.Load();
        Zone after = loader.Zones.Zones[0];

        Assert.Equal(SignaturesOf(before, "a", RecordType.A), SignaturesOf(after, "a", RecordType.A));
        Assert.Equal(SignaturesOf(before, "a", RecordType.NSEC), SignaturesOf(after, "a", RecordType.NSEC));
        Assert.NotEqual(SignaturesOf(before, "b", RecordType.A), SignaturesOf(after, "b", RecordType.A));
        Assert.Equal(SignaturesOf(before, "b", RecordType.NSEC), SignaturesOf(after, "b", RecordType.NSEC));
    }

    private static byte[] SignaturesOf(Zone zone, string name, RecordType type)
        => zone.Signatures!.SignaturesOf(zone.NodeOf(DomainName.Parse($"{name}.example.org.")), type).Data.ToArray();

    private static ZoneSignatures Signatures(Loader loader) => loader.Zones.Zones.Select(zone => zone.Signatures).OfType<ZoneSignatures>().Single();

    private Loader NewLoader(Func<DomainName, ZoneKeySet?>? keysOf = null)
        => new(new NodeOptions { Zones = _folder.FullName, ZoneKeys = (apex, _, _) => keysOf is null ? _keys : keysOf(apex) }, _time);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.FullName, file), text);
}
