using System.Net;

namespace GslbServer.Steering;

/// <summary>The networks that a zone names, of one family, cut into disjoint ranges: in each, the longest network counts.</summary>
/// <param name="Starts">Left-aligned; ascending, the first is 0.</param>
/// <param name="Networks">Index of the network, -1 outside all.</param>
internal sealed record ZoneRanges(UInt128[] Starts, int[] Networks)
{
    private readonly record struct Nested(UInt128 First, UInt128 Last, int PrefixLength, int Index);

    public static ZoneRanges Of(IReadOnlyList<IPNetwork> networks, bool isIPv6)
    {
        Nested[] sorted = Select(networks, isIPv6);
        List<UInt128> starts = [0];
        List<int> indices = [-1];
        Stack<Nested> open = new();
        foreach (Nested network in sorted)
        {
            CloseBefore(network.First);
            open.Push(network);
            Append(network.First, network.Index);
        }

        CloseBefore(null);
        return new ZoneRanges([.. starts], [.. indices]);

        // What ends before the next network gives way to what encloses it.
        void CloseBefore(UInt128? next)
        {
            while (open.TryPeek(out Nested inner) && (next is null || inner.Last < next))
            {
                open.Pop();
                if (inner.Last != UInt128.MaxValue) Append(inner.Last + 1, open.TryPeek(out Nested outer) ? outer.Index : -1);
            }
        }

        void Append(UInt128 start, int index)
        {
            if (starts[^1] == start) indices[^1] = index;
            else
            {
                starts.Add(start);
                indices.Add(index);
            }
        }
    }

    /// <summary>Sorted so that an enclosing network comes before what it encloses; of equal ones the first listed stays.</summary>
    private static Nested[] Select(IReadOnlyList<IPNetwork> networks, bool isIPv6)
    {
        var selected = new Dictionary<(UInt128, int), Nested>();
        for (int i = 0; i < networks.Count; i++)
        {
            Client network = Client.From(networks[i], ClientSource.Resolver);
            int length = network.PrefixLength;
            if (networks[i].BaseAddress.IsIPv4MappedToIPv6)
            {
                if (length < 96) network = network with { IsIPv6 = true, Address = (UInt128)0xFFFF << 32 };
                else length -= 96;
            }

            if (network.IsIPv6 != isIPv6) continue;
            UInt128 hostBits = length == 0 ? UInt128.MaxValue : (UInt128.One << (128 - length)) - 1;
            UInt128 first = network.Address & ~hostBits;
            selected.TryAdd((first, length), new Nested(first, first | hostBits, length, i));
        }

        return [.. selected.Values.OrderBy(network => network.First).ThenBy(network => network.PrefixLength)];
    }
}
