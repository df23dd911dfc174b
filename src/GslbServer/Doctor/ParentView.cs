using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What the parent zone says of a delegation.</summary>
/// <param name="Parent">Who was asked.</param>
/// <param name="Names">Owner names of the NS set's targets; empty when there is no delegation.</param>
/// <param name="Glue">Addresses beside the NS set, by name.</param>
/// <param name="Signers">RDATA of the DS set.</param>
/// <param name="Problem">Why nothing is known; null otherwise.</param>
internal sealed record ParentView(string Parent, IReadOnlyList<DomainName> Names, ILookup<DomainName, IPAddress> Glue, IReadOnlyList<byte[]> Signers, string? Problem)
{
    public static async Task<ParentView> AskAsync(IPEndPoint parent, DomainName zone, CancellationToken cancel)
    {
        DnsReply referral = await DnsAsker.AskAsync(parent, new ServerQuestion(zone, RecordType.NS, WantsSignatures: true), cancel);
        if (referral.Message is not { } message)
        {
            return Nothing($"{parent}", $"the parent {parent} says nothing: {referral.Problem}");
        }

        if (message.Rcode is not Rcode.NoError)
        {
            return Nothing($"{parent}", $"the parent {parent} answers {message.Rcode} for {zone} NS");
        }

        // One that serves the child too answers with authority, instead of referring.
        IReadOnlyList<ReceivedRecord> section = message.Answer.Any(r => r.Type == RecordType.NS && r.Owner.Equals(zone)) ? message.Answer : message.Authority;
        DomainName[] names = [.. ServerView.NameServersIn(section, zone)];
        ILookup<DomainName, IPAddress> glue = message.Additional.Where(r => r.Type is RecordType.A or RecordType.AAAA && r.Rdata.Length is 4 or 16)
            .ToLookup(r => r.Owner, r => new IPAddress(r.Rdata));
        DnsReply signers = await DnsAsker.AskAsync(parent, new ServerQuestion(zone, RecordType.DS, WantsSignatures: true), cancel);
        return new ParentView($"{parent}", names, glue, [.. (signers.Message?.Answer ?? []).Where(r => r.Type == RecordType.DS && r.Owner.Equals(zone)).Select(r => r.Rdata)],
            signers.Message is null ? $"the parent {parent} says nothing about DS: {signers.Problem}" : null);
    }

    public static ParentView Nothing(string parent, string problem) => new(parent, [], Array.Empty<IPAddress>().ToLookup(_ => DomainName.Root), [], problem);
}
