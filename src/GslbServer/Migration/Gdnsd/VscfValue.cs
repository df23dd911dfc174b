using GslbServer.Dns;

namespace GslbServer;

/// <summary>A value of gdnsd's configuration language: a string, an array or a hash, and where it begins.</summary>
internal abstract record VscfValue(SourcePosition At)
{
    /// <summary>An array, or one value that stands for an array of one.</summary>
    public IReadOnlyList<VscfValue> Items => this is VscfArray array ? array.Values : [this];

    public IEnumerable<string> Texts => Items.OfType<VscfString>().Select(item => item.Text);
}

internal sealed record VscfString(SourcePosition At, string Text) : VscfValue(At);

internal sealed record VscfArray(SourcePosition At, IReadOnlyList<VscfValue> Values) : VscfValue(At);

/// <param name="Entries">In the order written; no key twice.</param>
internal sealed record VscfHash(SourcePosition At, IReadOnlyList<KeyValuePair<string, VscfValue>> Entries) : VscfValue(At)
{
    public VscfValue? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key).Value;

    public VscfHash? Hash(string key) => this[key] as VscfHash;
}
