using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>65,536 queries with EDNS in native memory, as a listener would hand them over: in batches, each with its room for the answer.</summary>
internal sealed unsafe class QuerySet : IDisposable
{
    public const int Count = 65_536;

    /// <summary>As many as the Linux listener takes at once.</summary>
    private const int Batch = 32;

    private readonly byte* _queries;
    private readonly byte* _responses = (byte*)NativeMemory.AlignedAlloc(Batch * MessageLimits.Udp, 64);
    private readonly int[] _starts = new int[Count + 1];
    private readonly Datagram[] _batch = new Datagram[Batch];
    private readonly Client[] _resolvers = [.. Enumerable.Range(0, 8).Select(i => Client.From(IPAddress.Parse($"{20 + 25 * i}.7.0.53")))];

    public QuerySet(World world, Mix mix, int seed)
    {
        var random = new Random(seed);
        using var all = new MemoryStream();
        for (int i = 0; i < Count; i++)
        {
            _starts[i] = (int)all.Position;
            all.Write(WithServerCookie(world, mix, Query(world, mix, random), _resolvers[i % _resolvers.Length]));
        }

        _starts[Count] = (int)all.Length;
        _queries = (byte*)NativeMemory.AlignedAlloc((nuint)all.Length, 64);
        all.ToArray().CopyTo(new Span<byte>(_queries, (int)all.Length));
    }

    /// <summary>Asks all of them once.</summary>
    public void Run(QueryHandler handler, CounterBlock counters, ref Draw random)
    {
        for (int first = 0; first < Count; first += Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                int start = _starts[first + i];
                ref Datagram datagram = ref _batch[i];
                datagram.Request = _queries + start;
                datagram.RequestLength = _starts[first + i + 1] - start;
                datagram.Response = _responses + i * MessageLimits.Udp;
                datagram.Resolver = _resolvers[i % _resolvers.Length];
            }

            handler.HandleBatch(_batch, counters, ref random);
        }
    }

    /// <summary>How the last batch was answered: its response code, and whether each has the one that is expected and (NOERROR) an answer.</summary>
    public bool LastBatchHas(Rcode expected) => _batch.All(d =>
        d.ResponseLength >= 12 && (d.Response[3] & 15) == (int)expected && (d.Response[7] > 0) == (expected == Rcode.NoError));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_queries);
        NativeMemory.AlignedFree(_responses);
    }

    private static byte[] Query(World world, Mix mix, Random random)
    {
        string label = mix switch
        {
            Mix.Static or Mix.StaticClientCookie or Mix.StaticCookie => $"h{random.Next(world.Names)}",
            Mix.NxDomain => new string([.. Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26)))]),
            _ => $"s{random.Next(world.Steered)}",
        };
        byte[] options = mix switch
        {
            Mix.SteeredSubnet => [0, 8, 0, 7, 0, 1, 24, 0, FirstOctet(random), (byte)random.Next(256), (byte)random.Next(256)],
            Mix.StaticClientCookie or Mix.StaticCookie => [0, 10, 0, 8, .. BitConverter.GetBytes(random.NextInt64())],
            _ => [],
        };
        return
        [
            (byte)random.Next(256), (byte)random.Next(256), 0, 0, 0, 1, 0, 0, 0, 0, 0, 1,
            (byte)label.Length, .. Encoding.ASCII.GetBytes(label), .. "\u0007example\u0003org\0"u8, 0, 1, 0, 1,
            0, 0, 41, 0x04, 0xD0, 0, 0, world.IsSigned ? (byte)0x80 : (byte)0, 0, 0, (byte)options.Length, .. options,
        ];
    }

    /// <summary>The query again, with the cookie of its answer, which ends with it.</summary>
    private static byte[] WithServerCookie(World world, Mix mix, byte[] query, Client resolver)
    {
        if (mix != Mix.StaticCookie) return query;
        const int option = 4 + 8, whole = 8 + 16;
        using var counters = new Counters();
        byte[] response = new byte[MessageLimits.Udp];
        var draw = new Draw(1);
        int length = world.Handler.Handle(query, resolver, response, Arrival.Datagram, counters.ForThisThread, ref draw);
        return [.. query[..^(option + 2)], 0, 4 + whole, 0, 10, 0, whole, .. response[(length - whole)..length]];
    }

    /// <summary>Of unicast addresses that a database knows.</summary>
    private static byte FirstOctet(Random random)
    {
        int octet;
        do octet = random.Next(1, 224);
        while (octet is 10 or 127);
        return (byte)octet;
    }
}
