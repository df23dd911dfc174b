using System.Buffers;
using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>A database that the caller keeps in memory.</summary>
internal sealed class MemoryContent(string name, ReadOnlyMemory<byte> octets) : GeoContent(name)
{
    public override IMemoryOwner<byte> Open() => new Owner(MemoryMarshal.AsMemory(octets));

    private sealed record Owner(Memory<byte> Memory) : IMemoryOwner<byte>
    {
        public void Dispose()
        {
        }
    }
}
