using System.Security.Cryptography;

namespace GslbServer;

/// <summary>What becomes of a response over UDP.</summary>
internal enum RateVerdict
{
    Send,

    /// <summary>A small one in its place, which asks for a cookie or for TCP.</summary>
    Slip,

    Drop,
}

/// <summary>One serving thread's counts of responses by prefix and class, of this second; no locks, and memory for ever the same. Whoever is pushed out by others starts
/// again at 0: crowds limit less, never more.</summary>
internal sealed class ResponseRates
{
    /// <summary>Slots, 8 octets each: 512 KiB a thread, and more pairs of prefix and class than one thread answers in a second under attack to be told apart.</summary>
    public const int Slots = 65_536;

    private const int Ways = 8; // of one cache line

    // Tag in the upper 32 bits, the lower 16 of the second, the count.
    private readonly ulong[] _slots = GC.AllocateUninitializedArray<ulong>(Slots, pinned: true);
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private int _untilSlip;
    private uint _second;
    private int _unvalidated;
    private bool _isSuspicious;

    public ResponseRates() => Array.Clear(_slots);

    /// <param name="rate">Responses of this second that are sent.</param>
    public RateVerdict Count(ulong prefix, ulong responseClass, uint second, int rate, int slip)
    {
        ulong key = (prefix ^ _seed) * 0xD6E8_FEB8_6659_FD93;
        key = (key ^ key >> 32 ^ responseClass) * 0xD6E8_FEB8_6659_FD93;
        key ^= key >> 32;
        if (Increment((int)(key & (Slots / Ways - 1)) * Ways, (uint)(key >> 24), (ushort)second) <= rate) return RateVerdict.Send;
        if (slip == 0 || --_untilSlip > 0) return RateVerdict.Drop;
        _untilSlip = slip;
        return RateVerdict.Slip;
    }

    /// <summary>Counts a query without a good cookie.</summary>
    /// <returns>Whether there were so many in the second before, or are in this one, that senders must show who they are.</returns>
    public bool IsSuspicious(uint second, int limit)
    {
        if (second != _second)
        {
            _isSuspicious = _unvalidated > limit;
            (_second, _unvalidated) = (second, 0);
        }
        return ++_unvalidated > limit || _isSuspicious;
    }

    private int Increment(int bucket, uint tag, ushort second)
    {
        Span<ulong> ways = _slots.AsSpan(bucket, Ways);
        int victim = 0, least = int.MaxValue;
        for (int i = 0; i < ways.Length; i++)
        {
            ulong slot = ways[i];
            bool isNow = (ushort)(slot >> 16) == second;
            if ((uint)(slot >> 32) == tag && isNow)
            {
                if ((ushort)slot < ushort.MaxValue) ways[i]++;
                return (ushort)slot + 1;
            }
            int count = isNow ? (ushort)slot : -1;
            if (count < least) (victim, least) = (i, count);
        }
        ways[victim] = (ulong)tag << 32 | (ulong)second << 16 | 1;
        return 1;
    }
}
