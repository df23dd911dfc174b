using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Queries and their responses of one serving thread, on their way to the query log and dnstap. The thread puts them in, <see cref="QueryCapture"/> takes them out a hundred
/// times a second; what does not fit is counted and forgotten. No lock, no allocation, no clock: the time is the one that the other side last wrote down.</summary>
public sealed class QueryRing
{
    /// <summary>Octets; at 100,000 queries a second a tenth of a second's worth.</summary>
    public const int Size = 4 << 20;

    private const int Alignment = 8;

    /// <summary>In place of a length: the rest of the memory is not used, go on at its start.</summary>
    private const int Wrap = -1;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(Size);
    private readonly CaptureClock _clock;
    private readonly int _logEvery;
    private readonly int _tapEvery;
    private int _untilLog = 1;
    private int _untilTap = 1;
    private long _dropped;
    private long _written;
    private long _read;

    /// <param name="logEvery">One query of so many goes to the query log; 0 for none.</param>
    /// <param name="tapEvery">The same for dnstap.</param>
    public QueryRing(CaptureClock clock, int logEvery, int tapEvery) => (_clock, _logEvery, _tapEvery) = (clock, logEvery, tapEvery);

    /// <summary>Queries that found no room.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Serving thread only.</summary>
    /// <param name="response">Empty for silence.</param>
    /// <param name="region">As <see cref="AnswerCounts.LastRegion"/>.</param>
    public void Offer(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> response, in Client resolver, Transport transport, int region)
    {
        CaptureSinks sinks = Wanted();
        if (sinks == CaptureSinks.None)
        {
            return;
        }

        int length = (Unsafe.SizeOf<CaptureHead>() + packet.Length + response.Length + Alignment - 1) & -Alignment;
        long at = _written;
        int offset = (int)(at & (Size - 1));
        int skipped = Size - offset < length ? Size - offset : 0;
        if (at + skipped + length - Volatile.Read(ref _read) > Size)
        {
            _dropped++;
            return;
        }

        if (skipped > 0)
        {
            MemoryMarshal.Write(_memory.AsSpan(offset), Wrap);
            offset = 0;
        }

        Span<byte> room = _memory.AsSpan(offset, length);
        MemoryMarshal.Write(room, new CaptureHead(length, packet.Length, response.Length, region, _clock.Ticks, resolver, sinks, transport));
        packet.CopyTo(room[Unsafe.SizeOf<CaptureHead>()..]);
        response.CopyTo(room[(Unsafe.SizeOf<CaptureHead>() + packet.Length)..]);
        Volatile.Write(ref _written, at + skipped + length);
    }

    /// <summary>The other side only. What is taken stays valid until <see cref="Release"/>.</summary>
    internal bool TryTake(out CapturedQuery taken)
    {
        taken = default;
        if (_read == Volatile.Read(ref _written))
        {
            return false;
        }

        int offset = (int)(_read & (Size - 1));
        if (MemoryMarshal.Read<int>(_memory.AsSpan(offset)) == Wrap)
        {
            Volatile.Write(ref _read, _read + Size - offset);
            offset = 0;
        }

        CaptureHead head = MemoryMarshal.Read<CaptureHead>(_memory.AsSpan(offset));
        taken = new CapturedQuery(head, _memory.AsSpan(offset + Unsafe.SizeOf<CaptureHead>(), head.PacketLength + head.ResponseLength));
        return true;
    }

    /// <summary>Gives back the room of what was taken last.</summary>
    internal void Release(in CapturedQuery taken) => Volatile.Write(ref _read, _read + taken.Head.Length);

    private CaptureSinks Wanted()
    {
        CaptureSinks sinks = CaptureSinks.None;
        if (_logEvery > 0 && --_untilLog <= 0)
        {
            _untilLog = _logEvery;
            sinks |= CaptureSinks.Log;
        }

        if (_tapEvery > 0 && --_untilTap <= 0)
        {
            _untilTap = _tapEvery;
            sinks |= CaptureSinks.Dnstap;
        }

        return sinks;
    }
}

/// <summary>Who wants a query.</summary>
[Flags]
internal enum CaptureSinks : byte
{
    None = 0,
    Log = 1,
    Dnstap = 2,
}

/// <summary>What stands before the octets of a query and its response.</summary>
/// <param name="Length">Octets of all three, with what aligns them.</param>
/// <param name="Region">As <see cref="AnswerCounts.LastRegion"/>.</param>
/// <param name="Ticks">UTC, as <see cref="DateTimeOffset.UtcTicks"/>.</param>
internal readonly record struct CaptureHead(int Length, int PacketLength, int ResponseLength, int Region, long Ticks, Client Resolver, CaptureSinks Sinks, Transport Transport);

/// <summary>A query and its response, where they lie.</summary>
internal readonly ref struct CapturedQuery(CaptureHead head, ReadOnlySpan<byte> octets)
{
    private readonly ReadOnlySpan<byte> _octets = octets;

    public CaptureHead Head { get; } = head;

    public ReadOnlySpan<byte> Packet => _octets[..Head.PacketLength];

    /// <summary>Empty for silence.</summary>
    public ReadOnlySpan<byte> Response => _octets[Head.PacketLength..];

    public DateTimeOffset At => new(Head.Ticks, TimeSpan.Zero);
}

/// <summary>The time that captured queries get: read by serving threads as one word of memory, written a hundred times a second.</summary>
public sealed class CaptureClock(TimeProvider time)
{
    private long _ticks = time.GetUtcNow().UtcTicks;

    public long Ticks => Volatile.Read(ref _ticks);

    internal void Advance() => Volatile.Write(ref _ticks, time.GetUtcNow().UtcTicks);
}
