using System.Collections.Frozen;

namespace GslbServer.Dns;

/// <summary>A secret that two servers share (RFC 8945 section 4.2).</summary>
public sealed record TsigKey(DomainName Name, TsigAlgorithm Algorithm, byte[] Secret)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{Name} {Algorithm.Text}";
}

/// <summary>The keys of a server by name. Frozen.</summary>
public sealed class TsigKeys(IEnumerable<TsigKey> keys)
{
    public static readonly TsigKeys None = new([]);

    private readonly FrozenDictionary<DomainName, TsigKey> _keys = keys.ToFrozenDictionary(key => key.Name);

    public IEnumerable<TsigKey> All => _keys.Values;

    public TsigKey? Find(DomainName name) => _keys.GetValueOrDefault(name);
}
