using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Zones going out: who may have which, in what form, and how many at once (RFC 5936, RFC 1995).</summary>
internal sealed class ZoneTransfers(TransferRules rules, bool withSteering, ZoneJournals journals)
{
    /// <summary>Transfers that run at once: each costs a thread while its client reads fast, and a buffer while it does not.</summary>
    public const int Concurrent = 32;

    private int _running;
    private long _whole, _incremental;

    /// <summary>Since the start.</summary>
    public (long Whole, long Incremental) Sent => (Volatile.Read(ref _whole), Volatile.Read(ref _incremental));

    public bool IsOn => !rules.IsEmpty;

    /// <summary>Takes one of the places that there are.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _running) <= Concurrent)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _running);

    /// <summary>Decides what a request for a transfer gets.</summary>
    /// <param name="key">Of its signature; null for none.</param>
    /// <param name="rcode">Why not, where the result is null.</param>
    public TransferReply? Decide(Snapshot snapshot, ReadOnlySpan<byte> packet, in Query query, in Client client, TsigKey? key, out Rcode rcode)
    {
        rcode = Rcode.NotAuth;
        if (snapshot.Zones.FindApex(packet.Slice(MessageLimits.Header, query.NameLength)) is not { } zone)
        {
            return null;
        }

        rcode = Rcode.Refused;
        if (!rules.Allows(client, key))
        {
            return null;
        }

        if (zone.IsExpired)
        {
            rcode = Rcode.ServFail;
            return null;
        }

        // Who does not steer and cannot prove what is not there would make the zone bogus.
        bool isSignedOut = !withSteering && zone.Signatures is not null;
        if (isSignedOut && !TransferSource.CanBeSigned(zone))
        {
            return null;
        }

        rcode = Rcode.FormErr;
        if (query.Type == RecordType.AXFR)
        {
            return Whole(zone);
        }

        if (!TransferRequest.TryReadSerial(packet, query, inAnswer: false, out uint serial))
        {
            return null;
        }

        if (!SerialNumber.IsHigher(zone.Serial, serial))
        {
            return new TransferReply(zone, TransferSource.Soa(zone), 1);
        }

        // What changed between signatures is not written down.
        IReadOnlyList<ZoneChange> changes = isSignedOut ? [] : journals.Since(zone, serial);
        if (changes.Count == 0)
        {
            return Whole(zone);
        }

        Interlocked.Increment(ref _incremental);
        return new TransferReply(zone, TransferSource.Changes(changes, withSteering), changes.Sum(c => c.Count));
    }

    private TransferReply Whole(Zone zone)
    {
        Interlocked.Increment(ref _whole);
        return new TransferReply(zone, !withSteering && zone.Signatures is not null ? TransferSource.Signed(zone) : TransferSource.Whole(zone, withSteering), null);
    }
}

/// <summary>What a transfer sends.</summary>
/// <param name="Records">From SOA to SOA, or one SOA.</param>
/// <param name="Changed">Records of an incremental transfer; null for the whole zone.</param>
internal sealed record TransferReply(Zone Zone, IRecordCursor Records, int? Changed);
