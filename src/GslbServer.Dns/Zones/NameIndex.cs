using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GslbServer.Dns;

/// <summary>Finds whole names among all zones by one look into a hash table: the short cut beside the walk from label to label. Frozen.</summary>
/// <remarks>
/// It holds every name that a question can end at without passing a zone cut or a DNAME on its way, in the zone that answers for it. So a name that is
/// not here, but whose parent is, does not exist, unless the parent is a cut, a DNAME or has a wildcard.
/// A bucket is a cache line of eight slots, filled from the left; a full one goes on in the next. So a name costs one miss, and its entry another.
/// </remarks>
internal sealed class NameIndex
{
    private const int BucketSize = 8;
    private const int NamesInCache = 4_096; // slots and entries of so many names stay in half a megabyte of cache: nothing to ask memory for
    private const int NamesPerBucket = 5; // on average: one bucket in eight is full

    private readonly Zone[] _zones;
    private readonly ulong[] _slots; // see Slot; 0 = free. Pinned, so that buckets are and stay cache lines
    private readonly int _first; // slot with which the first bucket begins
    private readonly uint _buckets;
    private readonly bool _isLarge;

    private NameIndex(Zone[] zones, long names)
    {
        _zones = zones;
        _buckets = (uint)Math.Min(names / NamesPerBucket, (Array.MaxLength / BucketSize) - 2) + 1;
        _slots = GC.AllocateArray<ulong>((int)(_buckets + 1) * BucketSize, pinned: true);
        _first = AlignedIndex(_slots);
        _isLarge = names > NamesInCache;
    }

    private NameIndex(NameIndex like, Zone[] zones)
    {
        _zones = zones;
        (_slots, _first, _buckets, _isLarge) = (like._slots, like._first, like._buckets, like._isLarge);
    }

    private NameIndex(Zone[] zones, NameIndex copied)
    {
        _zones = zones;
        (_buckets, _isLarge) = (copied._buckets, copied._isLarge);
        _slots = GC.AllocateUninitializedArray<ulong>(copied._slots.Length, pinned: true);
        _first = AlignedIndex(_slots);
        copied._slots.AsSpan(copied._first, (int)_buckets * BucketSize).CopyTo(_slots.AsSpan(_first));
    }

    /// <summary>The same for zones of the same names in the same order.</summary>
    public NameIndex With(Zone[] zones) => new(this, zones);

    /// <summary>A copy in which names of one zone stand elsewhere.</summary>
    /// <param name="zones">In the same order as before.</param>
    /// <param name="moves">Where the entry of a name was and is; -1 for one that was not, or is no longer.</param>
    /// <returns>Null where the buckets get full.</returns>
    public NameIndex? With(Zone[] zones, int zone, IReadOnlyList<(ulong Hash, int Before, int After)> moves)
    {
        if (zones.Sum(z => (long)z.Names.Count) > (long)_buckets * (BucketSize - 1)) return null;
        var index = new NameIndex(zones, this);
        foreach ((ulong hash, int before, int after) in moves)
        {
            if (before < 0) index.Add(hash, zone, after);
            else if (after >= 0) index.Replace(hash, zone, before, Slot(TagOf(hash), zone, after));
            // A free slot would hide those that had to go on to the next bucket. The apex is a name that this one is not, and where it is, it is.
            else index.Replace(hash, zone, before, Slot(TagOf(hash), zone, zones[zone].Names.EntryOf(0)));
        }
        return index;
    }

    /// <returns>Null where there are more zones than a slot can tell apart.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static NameIndex? Of(Zone[] zones)
    {
        if (zones.Length > 1 << ZoneBits) return null;
        var scope = new NameIndexScope(zones);
        var index = new NameIndex(zones, zones.Sum(z => (long)z.Names.Count));
        Span<byte> buffer = stackalloc byte[MessageLimits.Name];
        for (int i = 0; i < zones.Length; i++)
        {
            NameTable names = zones[i].Names;
            if (scope.HiddenIn(zones[i]) is not { } isHidden) continue;
            for (int node = 0; node < isHidden.Length; node++)
            {
                if (!isHidden[node]) index.Add(NameOctets.LongHash(names.NameOf(node, zones[i].Apex.Wire, buffer)), i, names.EntryOf(node));
            }
        }
        return index;
    }

    /// <param name="hash"><see cref="NameOctets.LongHash"/> of the name.</param>
    /// <param name="entry">In the zone's name table.</param>
    public bool TryFind(ReadOnlySpan<byte> name, ulong hash, out Zone zone, out int entry)
    {
        ulong tag = TagOf(hash);
        for (uint bucket = BucketOf(hash); ; bucket = bucket + 1 == _buckets ? 0 : bucket + 1)
        {
            ref ulong slots = ref FirstSlot(bucket);
            for (uint matches = Matches(ref slots, tag); matches != 0; matches &= matches - 1)
            {
                ulong slot = Unsafe.Add(ref slots, BitOperations.TrailingZeroCount(matches));
                zone = _zones[ZoneIn(slot)];
                entry = EntryIn(slot);
                if (zone.Names.IsNameAt(entry, name, zone.Apex.Wire)) return true;
            }
            if (Unsafe.Add(ref slots, BucketSize - 1) == 0) break;
        }
        Unsafe.SkipInit(out zone);
        entry = -1;
        return false;
    }

    /// <summary>Asks the processor for the bucket of a name that will be looked for soon.</summary>
    public void PrefetchBucket(ulong hash)
    {
        if (_isLarge) Memory.Prefetch(ref Unsafe.As<ulong, byte>(ref FirstSlot(BucketOf(hash))), lines: 1);
    }

    /// <summary>Asks the processor for the entry that a name probably has. Of use once its bucket has arrived.</summary>
    public void PrefetchEntry(ulong hash)
    {
        if (!_isLarge) return;
        ref ulong slots = ref FirstSlot(BucketOf(hash));
        uint matches = Matches(ref slots, TagOf(hash));
        if (matches == 0) return;
        ulong slot = Unsafe.Add(ref slots, BitOperations.TrailingZeroCount(matches));
        _zones[ZoneIn(slot)].Names.Prefetch(EntryIn(slot));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(ulong hash, int zone, int entry)
    {
        uint bucket = BucketOf(hash);
        while (FirstSlot(bucket, BucketSize - 1) != 0) bucket = bucket + 1 == _buckets ? 0 : bucket + 1;
        int free = 0;
        while (FirstSlot(bucket, free) != 0) free++;
        FirstSlot(bucket, free) = Slot(TagOf(hash), zone, entry);
    }

    private void Replace(ulong hash, int zone, int entry, ulong by)
    {
        ulong wanted = Slot(TagOf(hash), zone, entry);
        for (uint bucket = BucketOf(hash); ; bucket = bucket + 1 == _buckets ? 0 : bucket + 1)
        {
            for (int slot = 0; slot < BucketSize; slot++)
            {
                if (FirstSlot(bucket, slot) != wanted) continue;
                FirstSlot(bucket, slot) = by;
                return;
            }
            if (FirstSlot(bucket, BucketSize - 1) == 0) return; // a name that is not here: hidden by another zone
        }
    }

    private ref ulong FirstSlot(uint bucket, int slot = 0)
        => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), (nint)(((ulong)bucket * BucketSize) + (uint)_first + (uint)slot));

    private uint BucketOf(ulong hash) => (uint)((hash >> 32) * _buckets >> 32);

    /// <summary>One bit for each slot of a bucket with this tag.</summary>
    private static uint Matches(ref ulong slots, ulong tag)
    {
        var wanted = Vector256.Create(tag);
        var mask = Vector256.Create(TagMask);
        uint low = Vector256.Equals(Vector256.LoadUnsafe(ref slots) & mask, wanted).ExtractMostSignificantBits();
        uint high = Vector256.Equals(Vector256.LoadUnsafe(ref slots, 4) & mask, wanted).ExtractMostSignificantBits();
        return low | (high << 4);
    }

    private static unsafe int AlignedIndex(ulong[] pinned)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
        return (int)(((address + Memory.CacheLine - 1) & ~(nuint)(Memory.CacheLine - 1)) - address) / sizeof(ulong);
    }

    // A slot: 16 bits of the hash, never all 0; 17 bits of zone; 31 bits of entry.
    private const int ZoneBits = 17;
    private const int EntryBits = 31;
    private const ulong TagMask = 0xFFFFUL << (ZoneBits + EntryBits);

    private static ulong TagOf(ulong hash) => (hash | 1) << (ZoneBits + EntryBits);

    private static ulong Slot(ulong tag, int zone, int entry) => tag | ((ulong)zone << EntryBits) | (uint)entry;

    private static int ZoneIn(ulong slot) => (int)(slot >> EntryBits) & ((1 << ZoneBits) - 1);

    private static int EntryIn(ulong slot) => (int)slot & int.MaxValue;
}
