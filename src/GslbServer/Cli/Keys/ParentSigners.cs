using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The DS set that a parent serves now.</summary>
/// <param name="Rdatas">Empty when it has none.</param>
/// <param name="Ttl">Of the set; null when it has none.</param>
internal sealed record ParentSigners(IReadOnlyList<byte[]> Rdatas, TimeSpan? Ttl)
{
    private const int DnsPort = 53;

    /// <param name="parent">As typed: <c>ADDR</c> or <c>ADDR:PORT</c>.</param>
    /// <exception cref="CliException">It is no address, or does not answer for the zone.</exception>
    public static async Task<ParentSigners> AskAsync(string parent, DomainName zone, CancellationToken cancel)
    {
        if (!IPEndPoint.TryParse(parent, out IPEndPoint? at))
        {
            throw new CliException($"--parent {parent}: expected ADDR or ADDR:PORT, such as 192.0.2.1 or [2001:db8::1]:53");
        }

        at = at.Port == 0 ? new IPEndPoint(at.Address, DnsPort) : at;
        DnsReply reply = await DnsAsker.AskAsync(at, new ServerQuestion(zone, RecordType.DS), cancel);
        if (reply.Message is not { Rcode: Rcode.NoError, IsAuthoritative: true } message)
        {
            throw new CliException($"--parent {parent}: {reply.Problem ?? $"answers {reply.Message!.Rcode} without authority for {zone} DS"}; expected a server of the zone above");
        }

        ReceivedRecord[] signers = [.. message.Answer.Where(r => r.Type == RecordType.DS && r.Owner.Equals(zone))];
        return new ParentSigners([.. signers.Select(r => r.Rdata)], signers.Length > 0 ? TimeSpan.FromSeconds(signers.Max(r => r.Ttl)) : null);
    }

    public bool Has(ZoneKey key) => Rdatas.Any(rdata => rdata.Length > 4 && rdata[3] is DelegationSigner.Sha256 or DelegationSigner.Sha384
        && rdata.AsSpan().SequenceEqual(DelegationSigner.Of(key.Zone, key.Key, rdata[3])));
}
