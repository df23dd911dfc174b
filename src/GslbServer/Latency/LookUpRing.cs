using System.Runtime.CompilerServices;
using System.Text;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Look-ups of beacon names by one serving thread, on their way to the store. The thread fills it, <see cref="LatencyLoop"/> empties it four times a second; what does not
/// fit is forgotten, for a beacon is a sample.</summary>
public sealed class LookUpRing
{
    private const int Size = 32;

    private readonly LookUp[] _slots = new LookUp[Size];
    private uint _written;
    private uint _read;

    /// <summary>Serving thread only.</summary>
    /// <param name="nonce">At most 63 octets.</param>
    public void Offer(ReadOnlySpan<byte> nonce, in Client resolver, in Client subnet)
    {
        uint at = _written;
        if (at - Volatile.Read(ref _read) == Size)
        {
            return;
        }

        ref LookUp slot = ref _slots[at % Size];
        nonce.CopyTo(slot.Octets);
        slot.Length = (byte)nonce.Length;
        slot.Resolver = resolver;
        slot.Subnet = subnet;
        Volatile.Write(ref _written, at + 1);
    }

    /// <summary>The loop only.</summary>
    /// <param name="nonce">In lower case.</param>
    internal bool TryTake(out string nonce, out Client resolver, out Client subnet)
    {
        uint at = _read;
        if (at == Volatile.Read(ref _written))
        {
            (nonce, resolver, subnet) = ("", default, default);
            return false;
        }

        ref LookUp slot = ref _slots[at % Size];
        ReadOnlySpan<byte> octets = slot.Octets;
        nonce = Encoding.ASCII.GetString(octets[..slot.Length]).ToLowerInvariant();
        (resolver, subnet) = (slot.Resolver, slot.Subnet);
        Volatile.Write(ref _read, at + 1);
        return true;
    }

    private struct LookUp
    {
        public NonceOctets Octets;
        public byte Length;
        public Client Resolver;
        public Client Subnet;
    }

    [InlineArray(63)]
    private struct NonceOctets
    {
        private byte _first;
    }
}
