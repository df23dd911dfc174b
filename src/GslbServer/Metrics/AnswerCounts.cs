using System.Numerics;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>One thread's counts of what is asked and answered: by type, by size, by region, by name. Written by its thread only, read by anyone.</summary>
public sealed class AnswerCounts
{
    internal const int Regions = 1_024;
    internal const int Names = 2_048;

    /// <summary>Upper bounds of the sizes in octets are powers of two, from 2^6 to 2^16.</summary>
    internal const int FirstSize = 6, LastSize = 16;

    /// <summary>What is told by name; every other type is <c>other</c>.</summary>
    internal static readonly RecordType[] Types =
    [
        RecordType.A, RecordType.NS, RecordType.CNAME, RecordType.SOA, RecordType.PTR, RecordType.MX, RecordType.TXT, RecordType.AAAA, RecordType.SRV, RecordType.NAPTR, RecordType.DS,
        RecordType.DNSKEY, RecordType.TLSA, RecordType.SVCB, RecordType.HTTPS, RecordType.AXFR, RecordType.IXFR, RecordType.ANY, RecordType.CAA,
    ];

    /// <summary>In a <see cref="_counts"/>: a cache line of nobody's, then each kind.</summary>
    private const int Padding = 64 / sizeof(long), OfType = Padding, OfSize = OfType + 32, Octets = OfSize + 16, OfRegion = Octets + 1, OfName = OfRegion + Regions;

    private static readonly byte[] SlotOfType = Slots();

    private readonly long[] _counts = new long[OfName + Names + Padding];

    /// <summary>Where the region of the last answer is counted; -1 where it had none. The answer path sets it back before each query.</summary>
    public int LastRegion { get; set; } = -1;

    /// <summary>A question that could be read.</summary>
    public void Question(RecordType type)
    {
        byte[] slots = SlotOfType;
        _counts[OfType + ((int)type < slots.Length ? slots[(int)type] : Types.Length)]++;
    }

    /// <param name="length">Octets of the response, 1 to 65,535.</param>
    public void Response(int length)
    {
        _counts[OfSize + Math.Max(0, BitOperations.Log2((uint)(length - 1) | 1) + 1 - FirstSize)]++;
        _counts[Octets] += length;
    }

    /// <param name="region">As <see cref="GslbServer.Steering.Decision.Region"/>.</param>
    public void Steered(AnswerSlots slots, int name, int region)
    {
        if ((uint)region < (uint)slots.Regions.Length)
        {
            LastRegion = slots.Regions[region];
            _counts[OfRegion + LastRegion]++;
        }

        if ((uint)name < (uint)slots.Names.Length)
        {
            _counts[OfName + slots.Names[name]]++;
        }
    }

    /// <param name="type">Index into <see cref="Types"/>, or their count for all others.</param>
    internal long QuestionsOf(int type) => Volatile.Read(ref _counts[OfType + type]);

    /// <param name="size">0 for the smallest.</param>
    internal long ResponsesOf(int size) => Volatile.Read(ref _counts[OfSize + size]);

    internal long ResponseOctets => Volatile.Read(ref _counts[Octets]);

    internal long Region(int slot) => Volatile.Read(ref _counts[OfRegion + slot]);

    internal long Name(int slot) => Volatile.Read(ref _counts[OfName + slot]);

    private static byte[] Slots()
    {
        byte[] slots = new byte[Types.Max(type => (int)type) + 1];
        Array.Fill(slots, (byte)Types.Length);
        foreach ((int i, RecordType type) in Types.Index())
        {
            slots[(int)type] = (byte)i;
        }

        return slots;
    }
}
