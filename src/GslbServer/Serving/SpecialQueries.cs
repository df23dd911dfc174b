using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What the usual path does not take: signed queries, NOTIFY, transfers and updates. May allocate and read the clock; such queries are few, and nobody else waits for them.</summary>
internal sealed class SpecialQueries(TsigKeyStore keys, ZoneTransfers transfers, TimeProvider time)
{
    /// <summary>Answers a query of the usual kind, within a limit.</summary>
    public delegate int Usual(ReadOnlySpan<byte> packet, in Query query, in Client client, Span<byte> response, int limit, ref Draw random);

    /// <summary>Told of each NOTIFY for a zone: who sent it, signed by whom, and the serial it announces. Answers with the code to be sent.</summary>
    public Func<DomainName, Client, TsigKey?, uint?, Rcode>? Notified { get; set; }

    /// <summary>Takes updates; null where nobody may.</summary>
    public ZoneUpdates? Updates { get; set; }

    private ulong Now => (ulong)time.GetUtcNow().ToUnixTimeSeconds();

    /// <param name="limit">Octets that the transport takes.</param>
    /// <returns>Octets of the response, or <see cref="QueryHandler.Streamed"/>.</returns>
    /// <param name="isStream">There may be several messages to an answer.</param>
    /// <param name="canWait">Whether the transport takes an answer later.</param>
    public int Handle(Snapshot snapshot, ReadOnlySpan<byte> packet, in Query query, in Client client, Span<byte> response, int limit, bool isStream, bool canWait, Usual usual, ref Draw random)
    {
        TsigAnswer? tsig = null;
        if (query.TsigOffset > 0 && TsigAnswer.Verify(packet, query.TsigOffset, keys.Current, Now, out tsig) is not Rcode.NoError and Rcode wrong)
        {
            return Sign(tsig, response, ResponseComposer.WriteError(packet, query, wrong, response));
        }

        using (tsig)
        {
            if (query.IsUpdate)
            {
                // An update waits for other changes, and for the disk; whoever proved nothing is refused at once.
                return canWait && tsig?.Key is not null && Updates is { IsOn: true } ? QueryHandler.Streamed
                    : Sign(tsig, response, ResponseComposer.WriteError(packet, query, Rcode.Refused, response));
            }

            int length = Answer(snapshot, packet, query, client, tsig, response[..limit], isStream, usual, ref random);
            return length <= 0 ? length : Sign(tsig, response, length);
        }
    }

    /// <summary>Sends a transfer that <see cref="Handle"/> called for.</summary>
    /// <param name="write">Takes one message; returns when there is room for the next.</param>
    public async Task SendAsync(Snapshot snapshot, ReadOnlyMemory<byte> packet, Client client, byte[] buffer, Func<int, ValueTask> write)
    {
        if (IsUpdate(packet.Span))
        {
            await write(await UpdateAsync(packet, client, buffer));
            return;
        }

        TransferPacker? packer = Begin(snapshot, packet.Span, client, buffer, out TsigAnswer? tsig, out int length);
        using (tsig)
        {
            if (packer is null)
            {
                await write(length);
                return;
            }

            try
            {
                while (!packer.IsDone)
                {
                    length = packer.Next(buffer.AsSpan(0, MessageLimits.Stream), TransferLimits.Message, tsig?.Reserve ?? 0);
                    if (length == 0)
                    {
                        return; // one record of more octets than a message has, signature included: the client sees a transfer that ends early
                    }

                    await write(Sign(tsig, buffer, length));
                }
            }
            finally
            {
                transfers.Leave();
            }
        }
    }

    /// <summary>Carries out the update that <see cref="Handle"/> called for.</summary>
    /// <returns>Octets of the answer in the buffer.</returns>
    public async Task<int> UpdateAsync(ReadOnlyMemory<byte> packet, Client client, byte[] buffer)
    {
        Rcode rcode = ReadUpdate(packet.Span, out UpdateMessage? message, out TsigAnswer? tsig);
        using (tsig)
        {
            if (message is not null && tsig?.Key is { } key)
            {
                rcode = await Updates!.ApplyAsync(message, key, client, CancellationToken.None);
            }

            QueryReader.Read(packet.Span, out Query query, out _);
            Updates!.Count(packet.Span.Slice(MessageLimits.Header, query.NameLength), rcode);
            return Sign(tsig, buffer, ResponseComposer.WriteError(packet.Span, query, rcode, buffer));
        }
    }

    private static bool IsUpdate(ReadOnlySpan<byte> packet)
    {
        QueryReader.Read(packet, out Query query, out _);
        return query.IsUpdate;
    }

    private Rcode ReadUpdate(ReadOnlySpan<byte> packet, out UpdateMessage? message, out TsigAnswer? tsig)
    {
        message = null;
        QueryReader.Read(packet, out Query query, out _);
        Rcode rcode = TsigAnswer.Verify(packet, query.TsigOffset, keys.Current, Now, out tsig);
        return rcode == Rcode.NoError ? UpdateMessage.TryRead(packet, query, out message) : rcode;
    }

    private int Answer(Snapshot snapshot, ReadOnlySpan<byte> packet, in Query query, in Client client, TsigAnswer? tsig, Span<byte> room, bool isStream, Usual usual, ref Draw random)
    {
        int limit = room.Length - (tsig?.Reserve ?? 0);
        if (query.IsNotify)
        {
            return ResponseComposer.WriteError(packet, query, Notify(packet, query, client, tsig?.Key), room);
        }

        if (!query.IsTransfer)
        {
            return usual(packet, query, client, room, limit, ref random);
        }

        if (isStream)
        {
            return QueryHandler.Streamed;
        }

        // RFC 5936 section 4.2: there is no AXFR over UDP. An IXFR that does not fit is answered with the SOA, upon which the client comes over TCP (RFC 1995 section 2).
        TransferReply? reply = transfers.Decide(snapshot, packet, query, client, tsig?.Key, out Rcode rcode);
        if (reply is null || query.Type == RecordType.AXFR)
        {
            return ResponseComposer.WriteError(packet, query, rcode, room);
        }

        int reserve = tsig?.Reserve ?? 0;
        TransferPacker packer = Packer(reply.Changed is null ? TransferSource.Soa(reply.Zone) : reply.Records, packet, query);
        int length = packer.Next(room, room.Length, reserve);
        if (packer.IsDone)
        {
            return length;
        }

        return Packer(TransferSource.Soa(reply.Zone), packet, query).Next(room, room.Length, reserve);
    }

    /// <summary>What a NOTIFY gets: NOTAUTH for a zone that is not here, REFUSED from those that have nothing to say (RFC 1996 section 3).</summary>
    private Rcode Notify(ReadOnlySpan<byte> packet, in Query query, in Client client, TsigKey? key)
    {
        if (query.Type != RecordType.SOA || query.Class != DnsClass.In)
        {
            return Rcode.NotImp;
        }

        uint? serial = TransferRequest.TryReadSerial(packet, query, inAnswer: true, out uint announced) ? announced : null;
        DomainName zone = DomainName.FromWire(packet.Slice(MessageLimits.Header, query.NameLength));
        return Notified?.Invoke(zone, client, key, serial) ?? Rcode.NotAuth;
    }

    /// <returns>Null with an answer of <paramref name="length"/> octets in the buffer that says why there is no transfer.</returns>
    private TransferPacker? Begin(Snapshot snapshot, ReadOnlySpan<byte> packet, Client client, Span<byte> buffer, out TsigAnswer? tsig, out int length)
    {
        tsig = null;
        QueryReader.Read(packet, out Query query, out _);
        if (query.TsigOffset > 0)
        {
            TsigAnswer.Verify(packet, query.TsigOffset, keys.Current, Now, out tsig);
        }

        TransferReply? reply = transfers.Decide(snapshot, packet, query, client, tsig?.Key, out Rcode rcode);
        if (reply is not null && transfers.TryEnter())
        {
            length = 0;
            return Packer(reply.Records, packet, query);
        }

        length = Sign(tsig, buffer, ResponseComposer.WriteError(packet, query, reply is null ? rcode : Rcode.ServFail, buffer));
        return null;
    }

    private static TransferPacker Packer(IRecordCursor records, ReadOnlySpan<byte> packet, in Query query)
        => new(records, query.Id, query.Flags, packet.Slice(MessageLimits.Header, query.NameLength + 4).ToArray(), query.HasEdns);

    private int Sign(TsigAnswer? tsig, Span<byte> response, int length) => tsig?.Finish(response, length, Now) ?? length;
}
