using System.Runtime.CompilerServices;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Query in, response out: the only place that sees both DNS and steering. One call, one thread, one snapshot; allocates nothing (explain apart).</summary>
/// <param name="guard">Null: cookies are passed over, and nothing is limited.</param>
public sealed class QueryHandler(ServingState state, ServerIdentity identity, ClientNetworks explain, Solicitor? solicitor = null, BeaconNames? beacon = null,
    QueryGuard? guard = null)
{
    /// <summary>RFC 8467 section 4.1: responses over encrypted transports are padded to a multiple of so many octets.</summary>
    private const ushort PaddingBlock = 468;

    /// <summary>Instead of a length: the answer takes time. On a stream <see cref="SendTransferAsync"/> sends it, a transfer or what came of an update; of a datagram <see cref="AnswerLaterAsync"/> makes it.</summary>
    public const int Streamed = -1;

    /// <summary>Takes what is not of the usual kind; null where nothing is: no keys, no transfers, no NOTIFY.</summary>
    internal SpecialQueries? Special { get; init; }

    /// <param name="resolver">The address the query came from.</param>
    /// <param name="response">At least <see cref="MessageLimits.Udp"/> octets, or <see cref="MessageLimits.Stream"/> for a stream.</param>
    /// <param name="random">This thread's generator.</param>
    /// <returns>Octets of the response; 0 for silence; <see cref="Streamed"/> where it takes time.</returns>
    public int Handle(ReadOnlySpan<byte> packet, in Client resolver, Span<byte> response, Arrival arrival, CounterBlock counters, ref Draw random)
    {
        PreparedQuery prepared;
        prepared.Verdict = QueryReader.Read(packet, out prepared.Query, out prepared.Rcode);
        return Answer(state.Current, packet, ref prepared, resolver, response, arrival, counters, ref random);
    }

    /// <summary>Handles what arrived together over UDP; each answer is the one that <see cref="Handle"/> gives. One snapshot answers the whole batch.</summary>
    /// <param name="random">This thread's generator.</param>
    public void HandleBatch(Span<Datagram> batch, CounterBlock counters, ref Draw random)
    {
        Snapshot snapshot = state.Current;
        // Three passes, so that the batch waits for memory together: what one pass asks of memory the next one finds.
        foreach (ref Datagram datagram in batch)
        {
            ref PreparedQuery prepared = ref datagram.Prepared;
            prepared.Verdict = QueryReader.Read(datagram.Packet, out prepared.Query, out prepared.Rcode);
            snapshot.Zones.PrefetchName(prepared.Query);
        }

        foreach (ref Datagram datagram in batch)
        {
            ref readonly Query query = ref datagram.Prepared.Query;
            snapshot.Zones.PrefetchRecords(query);
            if (query.Subnet.IsPresent)
            {
                snapshot.Steering.Plan.UsualPlaces?.Prefetch(ToClient(query.Subnet));
            }
        }

        foreach (ref Datagram datagram in batch)
        {
            datagram.ResponseLength = Answer(snapshot, datagram.Packet, ref datagram.Prepared, datagram.Resolver, datagram.Room, Arrival.Datagram, counters, ref random);
        }
    }

    /// <summary>Sends the transfer that <see cref="Handle"/> called for with <see cref="Streamed"/>.</summary>
    /// <param name="buffer">Of <see cref="MessageLimits.Stream"/> octets at least; each message stands at its start.</param>
    /// <param name="write">Takes a message by its length; returns when there is room for the next.</param>
    internal Task SendTransferAsync(ReadOnlyMemory<byte> packet, Client resolver, byte[] buffer, Func<int, ValueTask> write)
        => Special!.SendAsync(state.Current, packet, resolver, buffer, write);

    /// <summary>Answers a datagram that <see cref="HandleBatch"/> left with <see cref="Streamed"/>: an update.</summary>
    /// <param name="packet">A copy.</param>
    /// <param name="response">At least <see cref="MessageLimits.Udp"/> octets.</param>
    /// <returns>Octets of the response.</returns>
    internal Task<int> AnswerLaterAsync(ReadOnlyMemory<byte> packet, Client resolver, byte[] response) => Special!.UpdateAsync(packet, resolver, response);

    private int Answer(Snapshot snapshot, ReadOnlySpan<byte> packet, ref PreparedQuery prepared, in Client resolver, Span<byte> response, Arrival arrival,
        CounterBlock counters, ref Draw random)
    {
        AnswerCounts counts = counters.Answers;
        counts.LastRegion = -1;
        int length = Respond(snapshot, packet, ref prepared, resolver, response, arrival, counters, ref random);
        if (length > 0)
        {
            counts.Response(length);
        }

        if (counters.Capture is { } capture && length != Streamed)
        {
            capture.Offer(packet, response[..length], resolver, arrival.Transport, counts.LastRegion);
        }

        return length;
    }

    private int Respond(Snapshot snapshot, ReadOnlySpan<byte> packet, ref PreparedQuery prepared, in Client resolver, Span<byte> response, Arrival arrival,
        CounterBlock counters, ref Draw random)
    {
        ref Query query = ref prepared.Query;
        counters.Add(Counter.UdpQueries + (int)arrival.Transport);
        CookieState cookie = CookieState.Absent;
        if (query.HasCookie && guard is not null)
        {
            cookie = guard.CheckCookie(packet, ref query, resolver, counters);
        }

        if (arrival.IsStream)
        {
            query.KeepAlive = query.WantsKeepAlive ? arrival.IdleTimeout : (ushort)0;
            query.PaddingBlock = arrival.IsEncrypted && query.WantsPadding ? PaddingBlock : (ushort)0;
        }
        else if (guard is { CountsRates: true } && prepared.Verdict != QueryVerdict.Drop && guard.MustValidate(cookie, resolver, counters))
        {
            counters.Add(Counter.Validations);
            return Challenge(packet, prepared, response, counters);
        }

        ulong synthesis = 0;
        int length = prepared.Verdict switch
        {
            QueryVerdict.Answer => Answer(snapshot, packet, ref query, resolver, response, arrival, counters, ref random, out synthesis),
            QueryVerdict.Special when Special is not null => HandleSpecial(snapshot, packet, query, resolver, response, arrival, counters, ref random),
            _ => Reject(packet, prepared, response, counters),
        };
        return guard is { CountsRates: true } && !arrival.IsStream && length > 0
            ? Limit(guard, cookie, packet, prepared, resolver, response, length, synthesis, counters) : length;
    }

    private int Answer(Snapshot snapshot, ReadOnlySpan<byte> packet, ref Query query, in Client resolver, Span<byte> response, Arrival arrival, CounterBlock counters,
        ref Draw random, out ulong synthesis)
    {
        synthesis = 0;
        counters.Answers.Question(query.Type);
        if (query.Subnet.IsPresent)
        {
            counters.Add(Counter.SubnetQueries);
        }

        if (beacon is not null && beacon.IsBeacon(packet.Slice(MessageLimits.Header, query.NameLength), out ReadOnlySpan<byte> nonce))
        {
            counters.LookUps.Offer(nonce, resolver, ToClient(query.Subnet));
        }

        int limit = arrival.IsStream ? MessageLimits.Stream : query.UdpLimit;
        int length = DirectAnswer.TryWrite(snapshot.Zones, packet, query, response, limit, out int value, out ZoneSignatures? signed) switch
        {
            DirectOutcome.Done => value,
            DirectOutcome.Steered => SteerDirectly(snapshot, value, signed, packet, ref query, resolver, response, limit, arrival.IsStream, counters, ref random),
            _ => 0,
        };
        if (length == 0)
        {
            if (query.IsTransfer && Special is not null)
            {
                return HandleSpecial(snapshot, packet, query, resolver, response, arrival, counters, ref random);
            }

            length = Compose(snapshot, packet, query, resolver, response, limit, counters, ref random, out synthesis);
        }

        counters.AddResponse((Rcode)(response[3] & 0xF));
        return length;
    }

    /// <summary>HTTPS carries one response to a query, and so no transfer (RFC 8484 section 4.1).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int HandleSpecial(Snapshot snapshot, ReadOnlySpan<byte> packet, in Query query, in Client resolver, Span<byte> response, Arrival arrival, CounterBlock counters,
        ref Draw random)
    {
        int limit = arrival.IsStream ? MessageLimits.Stream : query.UdpLimit;
        int length = Special!.Handle(snapshot, packet, query, resolver, response, limit, arrival.Transport is Transport.Tcp or Transport.Tls,
            canWait: arrival.Transport != Transport.Https, Usual, ref random);
        if (length > 0)
        {
            counters.AddResponse((Rcode)(response[3] & 0xF));
        }

        return length;

        int Usual(ReadOnlySpan<byte> packet, in Query query, in Client client, Span<byte> response, int limit, ref Draw random)
            => Compose(snapshot, packet, query, client, response, limit, counters, ref random, out _);
    }

    private static int Reject(ReadOnlySpan<byte> packet, in PreparedQuery prepared, Span<byte> response, CounterBlock counters)
    {
        counters.AddFault(prepared.Query.Fault);
        if (prepared.Verdict == QueryVerdict.Drop)
        {
            counters.Add(Counter.DroppedUnreadable);
            return 0;
        }

        Rcode rcode = prepared.Verdict == QueryVerdict.Special ? Rcode.NotImp : prepared.Rcode;
        counters.AddResponse(rcode);
        return ResponseComposer.WriteError(packet, prepared.Query, rcode, response);
    }

    /// <summary>A response as small as the query that says how to be believed: with the cookie that comes with it, or over TCP.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Challenge(ReadOnlySpan<byte> packet, in PreparedQuery prepared, Span<byte> response, CounterBlock counters)
    {
        if (prepared.Query.HasCookie)
        {
            counters.AddResponse(Rcode.BadCookie);
            return ResponseComposer.WriteError(packet, prepared.Query, Rcode.BadCookie, response);
        }

        if (prepared.Verdict != QueryVerdict.Answer)
        {
            return Reject(packet, prepared, response, counters);
        }

        counters.Add(Counter.Truncated);
        counters.AddResponse(Rcode.NoError);
        int length = DirectAnswer.WriteTruncated(packet, prepared.Query, response);
        response[2] &= 0xFB; // nobody has looked whose name it is: no AA
        return length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Limit(QueryGuard guard, CookieState cookie, ReadOnlySpan<byte> packet, in PreparedQuery prepared, in Client resolver, Span<byte> response, int length,
        ulong synthesis, CounterBlock counters)
    {
        switch (guard.Judge(cookie, resolver, ResponseClass.Of(packet, prepared.Query, response[..length], synthesis), counters))
        {
            case RateVerdict.Slip:
                counters.Add(Counter.RateSlipped);
                // An error is as small as it can be.
                return (Rcode)(response[3] & 0xF) is Rcode.NoError or Rcode.NxDomain ? Challenge(packet, prepared, response, counters) : length;
            case RateVerdict.Drop:
                counters.Add(Counter.RateDropped);
                return 0;
            default:
                return length;
        }
    }

    /// <param name="signed">What addresses have to be signed with, or null.</param>
    /// <returns>0, and no trace left, where steering's answer is not addresses, does not fit, or is to be signed and was not before.</returns>
    private int SteerDirectly(Snapshot snapshot, int name, ZoneSignatures? signed, ReadOnlySpan<byte> packet, ref Query query, in Client resolver, Span<byte> response, int limit,
        bool isStream, CounterBlock counters, ref Draw random)
    {
        if (snapshot.IsStale)
        {
            query.ExtendedError = ExtendedError.StaleState;
        }

        Draw next = random;
        uint draw = next.Next();
        bool wantsIPv6 = query.Type == RecordType.AAAA;
        Client subnet = ToClient(query.Subnet);
        Steerer.Decide(snapshot.Steering, name, wantsIPv6, subnet, resolver, draw, out Decision decision);
        if (decision.Kind != DecisionKind.Addresses)
        {
            return 0;
        }

        ReadOnlySpan<byte> packed = decision.Packed;
        int rotation = (int)(draw & 0xFFFF);
        int length = signed is null
            ? DirectAnswer.WriteAddresses(packet, query, response, limit, packed[..decision.PackedLength], rotation, decision.Ttl, decision.ScopePrefixLength)
            : DirectAnswer.WriteSigned(packet, query, response, limit, packed[..decision.PackedLength], rotation, decision.Ttl, MaxTtl(snapshot, name), signed, decision.ScopePrefixLength);
        if (length > 0)
        {
            random = next;
            counters.Add(Counter.SteeredAnswers);
            counters.Answers.Steered(snapshot.Slots, name, decision.Region);
            counters.Decisions.Offer(name, wantsIPv6, query.Subnet.IsPresent ? subnet : resolver, decision);
            if (solicitor is not null && !isStream && counters.MaySolicit() && Solicits(solicitor, snapshot, name, query, resolver, decision.Ttl, counters))
            {
                counters.Add(Counter.Truncated);
                return DirectAnswer.WriteTruncated(packet, query, response);
            }
        }

        return length;
    }

    /// <summary>Resolvers ask without RD and with EDNS; what does not is a stub, or somebody in another's name. While a name may change soon, no answer of it waits for a
    /// second round trip.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Solicits(Solicitor solicitor, Snapshot snapshot, int name, in Query query, in Client resolver, uint ttl, CounterBlock counters)
    {
        const ushort recursionDesired = 0x0100;
        bool asks = query.HasEdns && (query.Flags & recursionDesired) == 0 && ttl == snapshot.Steering.Plan.Topology.Names[name].Ttl && solicitor.TryAsk(resolver);
        counters.Solicited(asks);
        return asks;
    }

    /// <summary>The general path: any question, any answer. Inlined it would make the short cut clear the composer's 400 octets too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Compose(Snapshot snapshot, ReadOnlySpan<byte> packet, in Query query, in Client resolver, Span<byte> response, int limit, CounterBlock counters, ref Draw random,
        out ulong synthesis)
    {
        if (query.Class is not (DnsClass.In or DnsClass.Ch))
        {
            counters.Add(Counter.WrongClass);
        }

        scoped ResponseComposer composer = default;
        composer.Begin(snapshot.Zones, packet, query, response, limit, identity);
        byte scope = 0;
        Outcome outcome = composer.Compose();
        if (snapshot.IsStale && outcome is (Outcome.Steered or Outcome.SteeredHints))
        {
            composer.SetExtendedError(ExtendedError.StaleState);
        }

        switch (outcome)
        {
            case Outcome.Steered:
                counters.Add(Counter.SteeredAnswers);
                scope = Steer(ref composer, snapshot, query, resolver, counters, ref random);
                break;
            case Outcome.SteeredHints:
                counters.Add(Counter.SteeredAnswers);
                scope = SteerHints(ref composer, snapshot, query, resolver, ref random);
                break;
            case Outcome.Explain:
                counters.Add(Counter.Explanations);
                scope = Explain(ref composer, snapshot, query, resolver);
                break;
        }

        synthesis = composer.Synthesis;
        int length = composer.Finish(scope);
        if ((response[2] & 0x02) != 0)
        {
            counters.Add(Counter.Truncated);
        }

        return length;
    }

    private static uint MaxTtl(Snapshot snapshot, int name) => snapshot.Steering.Plan.Topology.Names[name].Ttl;

    private static byte Steer(ref ResponseComposer composer, Snapshot snapshot, in Query query, in Client resolver, CounterBlock counters, ref Draw random)
    {
        Client subnet = ToClient(query.Subnet);
        uint draw = random.Next();
        Steerer.Decide(snapshot.Steering, composer.SteeredIndex, composer.WantsIPv6, subnet, resolver, draw, out Decision decision);
        counters.Answers.Steered(snapshot.Slots, composer.SteeredIndex, decision.Kind <= DecisionKind.Cname ? decision.Region : -1);
        counters.Decisions.Offer(composer.SteeredIndex, composer.WantsIPv6, query.Subnet.IsPresent ? subnet : resolver, decision);
        switch (decision.Kind)
        {
            case DecisionKind.Addresses:
                ReadOnlySpan<byte> packed = decision.Packed;
                composer.AddAddresses(packed[..decision.PackedLength], (int)(draw & 0xFFFF), decision.Ttl, MaxTtl(snapshot, composer.SteeredIndex));
                break;
            case DecisionKind.Cname:
                composer.AddCname(snapshot.CnameTargets[decision.Region], decision.Ttl, MaxTtl(snapshot, composer.SteeredIndex));
                break;
            case DecisionKind.StaticFallback:
                composer.AddStaticFallback(decision.Ttl);
                break;
            case DecisionKind.NoData:
                composer.AddNoData();
                break;
            case DecisionKind.ServFail:
                composer.Fail(Rcode.ServFail, ExtendedError.AllTargetsDown);
                break;
        }

        return decision.ScopePrefixLength;
    }

    /// <summary>HTTPS and SVCB: the address hints of both families follow steering (RFC 9460 section 7.3). Where no family is answered by addresses, the records stay as written.</summary>
    private static byte SteerHints(ref ResponseComposer composer, Snapshot snapshot, in Query query, in Client resolver, ref Draw random)
    {
        Client subnet = ToClient(query.Subnet);
        uint draw = random.Next();
        Steerer.Decide(snapshot.Steering, composer.SteeredIndex, wantsIPv6: false, subnet, resolver, draw, out Decision ipv4);
        Steerer.Decide(snapshot.Steering, composer.SteeredIndex, wantsIPv6: true, subnet, resolver, draw, out Decision ipv6);
        if (ipv4.Kind == DecisionKind.Addresses || ipv6.Kind == DecisionKind.Addresses)
        {
            composer.AddServiceBinding(((ReadOnlySpan<byte>)ipv4.Packed)[..ipv4.PackedLength], ((ReadOnlySpan<byte>)ipv6.Packed)[..ipv6.PackedLength], Math.Min(ipv4.Ttl, ipv6.Ttl),
                MaxTtl(snapshot, composer.SteeredIndex));
        }

        return Math.Max(ipv4.ScopePrefixLength, ipv6.ScopePrefixLength);
    }

    private byte Explain(ref ResponseComposer composer, Snapshot snapshot, in Query query, in Client resolver)
    {
        if (!explain.Allows(resolver))
        {
            composer.Fail(Rcode.Refused, ExtendedError.Prohibited);
            return 0;
        }

        Client subnet = ToClient(query.Subnet);
        SteeredName name = snapshot.Steering.Plan.Topology.Names[composer.SteeredIndex];
        Explanation explanation = Steerer.Explain(snapshot.Steering, composer.SteeredIndex, wantsIPv6: false, subnet, resolver);
        if (explanation.Answer.Records.Count == 0 && name.Targets.Length > 0)
        {
            explanation = Steerer.Explain(snapshot.Steering, composer.SteeredIndex, wantsIPv6: true, subnet, resolver);
        }

        composer.AddExplanation(ExplanationText.Lines(explanation));
        return (byte)explanation.Answer.Scope;
    }

    private static Client ToClient(in ClientSubnet subnet) => new(subnet.IsIPv6, subnet.Address, subnet.SourcePrefixLength, ClientSource.Subnet);
}
