using System.Buffers;

namespace GslbServer.Steering;

/// <summary>The octets of a database: there whenever they are needed, in memory only while they are. They never change.</summary>
/// <param name="name">For messages.</param>
public abstract class GeoContent(string name)
{
    public string Name { get; } = name;

    /// <param name="octets">Stays in memory and does not change.</param>
    public static GeoContent InMemory(string name, ReadOnlyMemory<byte> octets) => new MemoryContent(name, octets);

    /// <summary>Brings all of it into memory, until disposed.</summary>
    public abstract IMemoryOwner<byte> Open();
}
