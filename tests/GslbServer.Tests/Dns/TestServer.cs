using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Zones from zone-file text, asked without a network. Steered names have the index of their place in the file.</summary>
internal sealed class TestServer
{
    private const byte Dirt = 0xAA;

    private static readonly CookieSecrets Secrets = CookieSecrets.Random();

    private readonly ZoneSet _zones;

    private TestServer(ZoneSet zones) => _zones = zones;

    /// <summary>What steering would do; called for <see cref="Outcome.Steered"/> and <see cref="Outcome.Explain"/>.</summary>
    internal delegate void Decision(Outcome outcome, ref ResponseComposer response);

    public static ServerIdentity Identity { get; } = new("ns1-ams", "GslbServer test");

    public ZoneSet Zones => _zones;

    /// <param name="zones">Whole zones, each with its SOA; the owner of the SOA is absolute.</param>
    public static TestServer Of(params string[] zones) => new(new ZoneSet([.. zones.Select(Compile)]));

    /// <summary>The same, signed. A steered name of the test may answer both families.</summary>
    public static TestServer Signed(ZoneKeySet keys, params string[] zones) => Signed(keys, new AnswerSignatureOptions(), out _, zones);

    public static TestServer Signed(ZoneKeySet keys, AnswerSignatureOptions options, out AnswerSignatures answers, params string[] zones)
    {
        AnswerSignatures kept = answers = new AnswerSignatures(options);
        answers.Tick(Now);
        return new(new ZoneSet([.. zones.Select(zone => Sign(Compile(zone), keys, kept))]));
    }

    public static Zone Sign(Zone zone, ZoneKeySet keys, AnswerSignatures answers)
        => ZoneSigner.Sign(zone, new SigningWork(keys, Now) { Answers = answers, SteeredTypes = _ => AddressTypes.IPv4 | AddressTypes.IPv6 });

    /// <summary>When zones are signed, and asked.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    public static TestServer Of(ZoneSet zones) => new(zones);

    public static Zone Compile(string text)
    {
        ZoneFile file = ZoneFileReader.Read("test.zone", text, DomainName.Root);
        Assert.True(file.Apex is not null && !file.HasErrors, string.Join('\n', file.Diagnostics));
        var steered = file.Records.Where(r => r.Type == RecordType.STEER).Select(r => r.Owner).ToList();
        return ZoneCompiler.Compile(file.Apex, file.Records, steered.IndexOf);
    }

    public Reply Ask(string question, Decision? decide = null) => Ask(new QueryMessage(question), decide);

    public Reply Ask(QueryMessage query, Decision? decide = null, bool overTcp = false, byte scope = 0)
        => Send(query.ToWire(), decide, overTcp, scope) ?? throw new InvalidOperationException("no answer");

    /// <returns>Null for silence.</returns>
    public Reply? Send(ReadOnlySpan<byte> packet, Decision? decide = null, bool overTcp = false, byte scope = 0)
    {
        // Behind the limit stands dirt that must not change: the answer keeps within what the transport takes.
        byte[] buffer = new byte[MessageLimits.Stream + 64];
        Array.Fill(buffer, Dirt);
        (int length, int limit) = Answer(packet, buffer, decide, overTcp, scope);
        if (length == 0) return null;
        Assert.InRange(length, 12, limit);
        Assert.True(buffer.AsSpan(limit).IndexOfAnyExcept(Dirt) < 0, "written beyond the limit");
        return new Reply(buffer.AsSpan(0, length));
    }

    private (int Length, int Limit) Answer(ReadOnlySpan<byte> packet, Span<byte> buffer, Decision? decide, bool overTcp, byte scope)
    {
        QueryVerdict verdict = QueryReader.Read(packet, out Query query, out Rcode rcode);
        Secrets.Answer(packet, ref query, isIPv6: false, 0xC000_0201_0000_0000, 0, now: 1_559_731_985);
        if (verdict == QueryVerdict.Drop) return (0, 0);
        if (verdict == QueryVerdict.Special) (verdict, rcode) = (QueryVerdict.Error, Rcode.NotImp);
        if (verdict == QueryVerdict.Error) return (ResponseComposer.WriteError(packet, query, rcode, buffer), MessageLimits.PlainUdp);
        int limit = overTcp ? MessageLimits.Stream : query.UdpLimit;
        var response = new ResponseComposer(_zones, packet, query, buffer, limit, Identity);
        Outcome outcome = response.Compose();
        if (outcome != Outcome.Done)
        {
            if (decide is null) response.AddNoData();
            else decide(outcome, ref response);
        }
        return (response.Finish(scope), limit);
    }
}
