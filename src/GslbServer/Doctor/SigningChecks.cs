using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The chain of trust as a validator follows it: DS at the parent, DNSKEY, signatures and their times; and what CDS still asks of the parent.</summary>
internal static class SigningChecks
{
    /// <summary>A signature that ends sooner is one that nobody renews.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromDays(1);

    public static IEnumerable<Finding> Of(DomainName zone, ParentView parent, IReadOnlyList<ServerView> servers, DateTimeOffset now)
    {
        ServerView[] serving = [.. servers.Where(s => s.Serves)];
        if (serving.Length == 0)
        {
            return [];
        }

        DnssecKey[] keys = [.. KeysOf(serving[0])];
        return (parent.Signers.Count, keys.Length) switch
        {
            (0, 0) => [Finding.Ok("dnssec", "", "the zone is not signed, and the parent does not say so either")],
            (0, _) => [Finding.Warn("ds", "", parent.Problem is null ? "the zone is signed, and the parent has no DS: nobody validates it" : "the zone is signed; what DS the parent has is not known",
                $"give the parent what gslb keys ds {zone} prints"), .. serving.SelectMany(s => Signatures(zone, s, now))],
            (_, 0) => [Finding.Fail("ds", "", "the parent has a DS and the zone has no DNSKEY: validating resolvers answer SERVFAIL", "sign the zone (gslb keys create), or have the DS removed at the parent")],
            _ => [.. Anchors(zone, parent, serving[0], keys), .. serving.SelectMany(s => Signatures(zone, s, now)), .. Pending(zone, parent, serving[0])],
        };
    }

    /// <summary>The DNSKEY set of the zone; keys of algorithms that nothing is signed with here are left out.</summary>
    public static IEnumerable<DnssecKey> KeysOf(ServerView server) =>
        (server.Keys.Message?.Answer ?? []).Where(r => r.Type == RecordType.DNSKEY).Select(r => Read(r.Rdata)).OfType<DnssecKey>();

    private static DnssecKey? Read(byte[] rdata)
    {
        try
        {
            return DnssecKey.FromRdata(rdata);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>At least one DS must fit a key that signs the DNSKEY set (RFC 4035 section 5.2).</summary>
    private static IEnumerable<Finding> Anchors(DomainName zone, ParentView parent, ServerView server, DnssecKey[] keys)
    {
        byte[][] signatures = [.. SignaturesOf(server.Keys, zone, RecordType.DNSKEY)];
        int good = 0;
        foreach (byte[] signer in parent.Signers)
        {
            DnssecKey? key = keys.FirstOrDefault(k => Fits(zone, signer, k));
            bool signs = key is not null && signatures.Any(s => SignatureCheck.IsSignedBy(zone, [.. keys.Select(k => k.Rdata.ToArray())], s, key));
            good += signs ? 1 : 0;
            if (signs)
            {
                yield return Finding.Ok("ds", Tag(signer), $"fits a DNSKEY that signs the key set, digest type {signer[3]}");
            }
            else if (key is not null)
            {
                yield return Finding.Warn("ds", Tag(signer), "fits a DNSKEY that does not sign the key set", "have it removed at the parent, unless that key is about to come into use");
            }
            else
            {
                yield return Finding.Warn("ds", Tag(signer), "fits no DNSKEY of the zone", "have it removed at the parent, unless that key is about to be published");
            }
        }

        if (good == 0)
        {
            yield return Finding.Fail("ds", "", "no DS at the parent leads to a key that signs the zone: validating resolvers answer SERVFAIL", $"give the parent what gslb keys ds {zone} prints");
        }
    }

    /// <summary>Digest types 2 and 4; a DS of type 1 (SHA-1) must not be relied on any more (RFC 8624 section 3.3).</summary>
    private static bool Fits(DomainName zone, byte[] signer, DnssecKey key) => signer.Length > 4 && signer[3] is DelegationSigner.Sha256 or DelegationSigner.Sha384
        && signer.AsSpan().SequenceEqual(DelegationSigner.Of(zone, key, signer[3]));

    private static IEnumerable<Finding> Signatures(DomainName zone, ServerView server, DateTimeOffset now)
    {
        DnssecKey[] keys = [.. KeysOf(server)];
        var problems = new List<Finding>();
        TimeSpan left = TimeSpan.MaxValue;
        foreach ((DnsReply reply, RecordType type) in (ReadOnlySpan<(DnsReply, RecordType)>)[(server.Soa, RecordType.SOA), (server.Names, RecordType.NS), (server.Keys, RecordType.DNSKEY)])
        {
            byte[][] records = [.. (reply.Message?.Answer ?? []).Where(r => r.Type == type && r.Owner.Equals(zone)).Select(r => r.Rdata)];
            SignatureRdata[] good = [.. SignaturesOf(reply, zone, type).Where(s => keys.Any(k => SignatureCheck.IsSignedBy(zone, records, s, k))).Select(s => SignatureRdata.Read(s)!)];
            if (good.Length == 0)
            {
                problems.Add(Finding.Fail("signatures", server.Name, $"{RecordTypeName.Of(type)} has no signature by a key of the zone", "see gslb status on that node for what it says of its keys"));
                continue;
            }

            TimeSpan longest = good.Max(s => SignatureRdata.Time(s.Expiration, now)) - now;
            left = longest < left ? longest : left;
            if (longest <= TimeSpan.Zero)
            {
                problems.Add(Finding.Fail("signatures", server.Name, $"that of {RecordTypeName.Of(type)} ended {Durations.FormatAge(-longest)} ago", "see why that node does not sign again: its clock, its keys, the end of its key bundle"));
            }
            else if (good.All(s => SignatureRdata.Time(s.Inception, now) > now))
            {
                problems.Add(Finding.Fail("signatures", server.Name, $"that of {RecordTypeName.Of(type)} begins in the future", "set that node's clock"));
            }
            else if (longest < Short)
            {
                problems.Add(Finding.Warn("signatures", server.Name, $"that of {RecordTypeName.Of(type)} ends in {Durations.FormatAge(longest)}", "see why that node does not sign again: its clock, its keys, the end of its key bundle"));
            }
        }

        return problems.Count > 0 ? problems : [Finding.Ok("signatures", server.Name, $"good, for {Durations.FormatAge(left)}")];
    }

    private static IEnumerable<byte[]> SignaturesOf(DnsReply reply, DomainName owner, RecordType type) => (reply.Message?.Answer ?? [])
        .Where(r => r.Type == RecordType.RRSIG && r.Owner.Equals(owner) && SignatureRdata.Read(r.Rdata) is { } fields && fields.Covered == type).Select(r => r.Rdata);

    /// <summary>CDS is what the zone asks its parent to have as DS (RFC 7344 section 4); algorithm 0 asks for none (RFC 8078 section 4).</summary>
    private static IEnumerable<Finding> Pending(DomainName zone, ParentView parent, ServerView server)
    {
        string[] asked = [.. (server.Cds.Message?.Answer ?? []).Where(r => r.Type == RecordType.CDS && r.Owner.Equals(zone) && r.Rdata.Length >= 5).Select(r => Convert.ToHexString(r.Rdata)).Order(StringComparer.Ordinal)];
        string[] there = [.. parent.Signers.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];
        if (asked.Length == 0)
        {
            yield break;
        }

        if (asked is ["0000000000"])
        {
            yield return Finding.Warn("cds", "", "asks the parent to remove its DS, and the parent still has it", "wait until the parent follows, or remove the DS there; the zone must stay signed until then");
        }
        else if (!asked.SequenceEqual(there))
        {
            yield return Finding.Warn("cds", "", "asks the parent for another DS than it has", $"if the parent does not read CDS, give it what gslb keys ds {zone} prints; then gslb keys roll {zone} --ksk --ds-seen");
        }
        else
        {
            yield return Finding.Ok("cds", "", "the parent's DS is what the zone asks for");
        }
    }

    private static string Tag(byte[] signer) => signer.Length >= 3 ? $"{signer[0] << 8 | signer[1]}/{signer[2]}" : "?";
}
