using System.Buffers.Binary;
using System.Numerics;

namespace GslbServer.Dns;

/// <summary>Signed answers by what they answer: a table of fixed size in which a new one takes the place of one that nobody used. Finding takes no lock.</summary>
internal sealed class SignatureCache
{
    /// <summary>Places where one answer may stand.</summary>
    private const int Ways = 8;

    private readonly SignedAnswer?[] _places;
    private readonly uint _sets;
    private readonly Lock _gate = new();
    private uint _turn;

    public SignatureCache(int capacity)
    {
        _sets = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _places = new SignedAnswer?[_sets * Ways];
    }

    public int Count => _places.Count(place => place is not null);

    public IEnumerable<SignedAnswer> All => _places.OfType<SignedAnswer>();

    public static ulong HashOf(ulong nameHash, RecordType type, uint originalTtl, ReadOnlySpan<byte> data)
    {
        ulong hash = Mix(nameHash ^ ((ulong)originalTtl << 16), (ulong)type + (ulong)data.Length);
        for (; data.Length >= 8; data = data[8..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(data));
        if (data.Length >= 4)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt32LittleEndian(data));
            data = data[4..];
        }
        foreach (byte octet in data) hash = Mix(hash, octet);
        return hash;
    }

    /// <returns>Null where nobody asked before.</returns>
    public SignedAnswer? Find(ulong hash, SigningContext context, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<SignedAnswer?> set = SetOf(hash);
        for (int way = 0; way < set.Length; way++)
        {
            if (Volatile.Read(in set[way]) is not { } kept || kept.Hash != hash || !kept.Is(context, owner, type, originalTtl, data)) continue;
            if (!kept.IsUsed) kept.IsUsed = true;
            return kept;
        }
        return null;
    }

    /// <summary>Takes the place of the same answer, of none, of one that nobody used, or of any.</summary>
    public void Put(SignedAnswer answer)
    {
        lock (_gate)
        {
            Span<SignedAnswer?> set = SetOf(answer.Hash);
            Volatile.Write(ref set[PlaceFor(answer, set)], answer);
        }
    }

    public void Remove(SignedAnswer answer)
    {
        lock (_gate)
        {
            foreach (ref SignedAnswer? place in SetOf(answer.Hash))
            {
                if (place == answer) Volatile.Write(ref place, null);
            }
        }
    }

    private int PlaceFor(SignedAnswer answer, ReadOnlySpan<SignedAnswer?> set)
    {
        int free = -1, unused = -1;
        for (int way = 0; way < set.Length; way++)
        {
            if (set[way] is not { } kept) free = way;
            else if (kept.Hash == answer.Hash && kept.Context == answer.Context) return way;
            else if (!kept.IsUsed) unused = way;
        }
        if (free >= 0) return free;
        if (unused >= 0) return unused;
        // All are in use: one goes, and the others have to show again that they are.
        foreach (SignedAnswer? kept in set) kept!.IsUsed = false;
        return (int)(_turn++ % Ways);
    }

    private Span<SignedAnswer?> SetOf(ulong hash) => _places.AsSpan((int)((uint)(hash >> 32) & (_sets - 1)) * Ways, Ways);

    private static ulong Mix(ulong hash, ulong value)
    {
        ulong high = Math.BigMul(hash ^ value, 0x9E3779B97F4A7C15, out ulong low);
        return high ^ low;
    }
}
