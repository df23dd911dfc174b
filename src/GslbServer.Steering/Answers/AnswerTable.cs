using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>The answers now in force of a steered name, and of all like it, for one family: one row for each that some place gets. Frozen.</summary>
internal sealed class AnswerTable
{
    /// <summary>In <see cref="RowOfClass"/>: no row was worked out for this class of places.</summary>
    public const ushort None = ushort.MaxValue;

    private readonly PlaceTable? _places;
    private readonly bool _usesSubnet;
    private readonly ushort[] _rowOfClass;
    private readonly int _buckets;
    private readonly byte[] _rows;
    private readonly int _rowLength;

    /// <param name="rowOfClass">By class of <see cref="NamePlan.DecidedBy"/> and bucket of leaves; may be shared with other tables.</param>
    /// <param name="buckets">1, or <see cref="PricedOrder.Buckets"/> where prices count.</param>
    /// <param name="rows">As <see cref="SteeringWalk"/> decides for a class of places: scope 0 or 255.</param>
    public AnswerTable(NamePlan plan, ushort[] rowOfClass, int buckets, ReadOnlySpan<Decision> rows)
    {
        _places = plan.DecidedBy?.Places;
        _usesSubnet = plan.Name.UseSubnet;
        _rowOfClass = rowOfClass;
        _buckets = buckets;
        foreach (ref readonly Decision row in rows)
            _rowLength = Math.Max(_rowLength, Decision.HeadLength + row.PackedLength);
        _rows = new byte[_rowLength * rows.Length];
        for (int i = 0; i < rows.Length; i++)
            MemoryMarshal.AsBytes(rows.Slice(i, 1))[.._rowLength].CopyTo(_rows.AsSpan(i * _rowLength));
    }

    /// <summary>Octets of all rows.</summary>
    public int RowsLength => _rows.Length;

    public ushort[] RowOfClass => _rowOfClass;

    /// <summary>Hot: one lookup of the place, one copy.</summary>
    /// <returns>False when this client takes the <see cref="SteeringWalk"/>: its subnet is private, or nothing serves at its place.</returns>
    public bool TryDecide(in Client subnet, in Client resolver, ref Decision decision)
    {
        int placeClass = 0;
        int leafLength = 0;
        int bucket = 0;
        if (_places is { } places)
        {
            if (_usesSubnet && subnet.PrefixLength > 0)
            {
                placeClass = places.Find(subnet, out leafLength);
                if (placeClass == RankingTable.PrivateClass)
                    return false;
                if (_buckets > 1)
                    bucket = PricedOrder.BucketOf(SteeringWalk.PrefixHash(subnet, leafLength));
            }
            else
            {
                placeClass = places.Find(resolver, out int resolverLeaf);
                if (_buckets > 1)
                    bucket = PricedOrder.BucketOf(SteeringWalk.PrefixHash(resolver, resolverLeaf));
            }
        }

        int row = _rowOfClass[(placeClass * _buckets) + bucket];
        if (row == None)
            return false;
        _rows.AsSpan(row * _rowLength, _rowLength).CopyTo(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref decision, 1)));
        decision.ScopePrefixLength &= (byte)leafLength;
        return true;
    }
}
