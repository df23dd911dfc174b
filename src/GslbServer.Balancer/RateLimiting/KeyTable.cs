using System.Numerics;
using System.Security.Cryptography;

namespace GslbServer.Balancer;

/// <summary>What a <see cref="KeyTable{T}"/> holds of one key.</summary>
internal interface IKeyState
{
    /// <summary>When it will say no more than a new one would. Nanoseconds.</summary>
    long ForgettableAt { get; }
}

/// <summary>State of many keys in a bounded place, without allocations: sets of eight, of which the least needed gives way. An attacker with many keys pushes out others' spare
/// tokens, never his own debts.</summary>
internal sealed class KeyTable<T>
    where T : struct, IKeyState
{
    private const int Ways = 8, MostLocks = 64;

    private long _evicted;
    private readonly Entry[] _entries;
    private readonly int _shift;
    private readonly Lock[] _locks;

    /// <summary>Nobody outside can know which keys share a set.</summary>
    private readonly ulong _multiplier = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <param name="keys">Rounded up to a power of two.</param>
    public KeyTable(int keys)
    {
        int sets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, keys / Ways));
        _entries = new Entry[sets * Ways];
        _shift = 64 - BitOperations.Log2((uint)sets);
        _locks = [.. Enumerable.Range(0, Math.Min(sets, MostLocks)).Select(_ => new Lock())];
    }

    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Held while the key's state is read or written.</summary>
    public Lock LockOf(ulong key) => _locks[SetOf(key) & (_locks.Length - 1)];

    /// <summary>Under the key's lock. A key not known takes the place of the least needed of its set.</summary>
    /// <param name="now">Nanoseconds.</param>
    public ref T Find(ulong key, long now)
    {
        Span<Entry> set = Set(key);
        int least = 0;
        for (int i = 0; i < set.Length; i++)
        {
            if (set[i].Key == Stored(key)) return ref set[i].State;
            if (set[i].State.ForgettableAt < set[least].State.ForgettableAt) least = i;
        }

        if (set[least].State.ForgettableAt > now) Interlocked.Increment(ref _evicted);
        set[least] = new Entry { Key = Stored(key) };
        return ref set[least].State;
    }

    /// <summary>Under the key's lock.</summary>
    /// <param name="found">False: nothing is known of it, and what is returned is nobody's.</param>
    public ref T TryFind(ulong key, out bool found)
    {
        Span<Entry> set = Set(key);
        for (int i = 0; i < set.Length; i++)
        {
            found = set[i].Key == Stored(key);
            if (found) return ref set[i].State;
        }

        found = false;
        return ref System.Runtime.CompilerServices.Unsafe.NullRef<T>();
    }

    private Span<Entry> Set(ulong key) => _entries.AsSpan(SetOf(key) * Ways, Ways);

    private int SetOf(ulong key) => (int)((key * _multiplier) >> _shift);

    /// <summary>0 marks a place that nobody had.</summary>
    private static ulong Stored(ulong key) => key == 0 ? 1 : key;

    private struct Entry
    {
        public ulong Key;
        public T State;
    }
}
