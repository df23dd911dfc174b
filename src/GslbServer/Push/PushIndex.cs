using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What was pushed of one zone: its versions, and which of them nodes serve. Kept on disk and shared as JSON, the same octets for the same content.</summary>
/// <param name="Revision">Of two indexes of one zone the ordinally higher says what is served.</param>
/// <param name="Current">The version that nodes serve; null: none, the zone file counts again.</param>
/// <param name="Versions">The last <see cref="Kept"/>, oldest first.</param>
internal sealed record PushIndex(string Zone, string Revision, int? Current, PushCanary? Canary, IReadOnlyList<PushVersion> Versions)
{
    /// <summary>Versions that can be shown and rolled back to.</summary>
    public const int Kept = 20;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static PushIndex None(DomainName zone) => new(zone.ToLower().ToString(), "", null, null, []);

    /// <summary>What a node of this name serves.</summary>
    public PushVersion? For(string node) => (Canary is { } canary && canary.Node == node ? canary.Version : Current) is { } version ? Find(version) : null;

    public PushVersion? Find(int version) => Versions.FirstOrDefault(v => v.Version == version);

    /// <summary>With one more version; the oldest go, those that some node serves stay.</summary>
    public PushIndex With(PushVersion version) => this with { Versions = Trim([.. Versions, version], Current, Canary) };

    /// <summary>What two nodes know of a zone.</summary>
    public PushIndex Merge(PushIndex other)
    {
        (PushIndex newer, PushIndex older) = string.CompareOrdinal(Revision, other.Revision) >= 0 ? (this, other) : (other, this);
        IEnumerable<PushVersion> more = older.Versions.Where(v => newer.Find(v.Version) is null);
        return newer with { Versions = Trim([.. newer.Versions.Concat(more).OrderBy(v => v.Version)], newer.Current, newer.Canary) };
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

    /// <returns>False for what was not written by <see cref="Write"/>, of this zone.</returns>
    public static bool TryRead(DomainName zone, byte[] record, [NotNullWhen(true)] out PushIndex? index)
    {
        index = null;
        try
        {
            index = JsonSerializer.Deserialize<PushIndex>(record, Format);
            bool isGood = index is { Zone: not null, Revision: not null, Versions: not null } && index.Zone == zone.ToLower().ToString() && index.Versions.All(v => v is { Hash.Length: 64, Author: not null })
                && index.Versions.All(v => v.Hash.All(char.IsAsciiHexDigitLower)) && (index.Current is not { } current || index.Find(current) is not null);
            index = isGood ? index : null;
        }
        catch (JsonException)
        {
            // Not ours.
        }

        return index is not null;
    }

    private static PushVersion[] Trim(IReadOnlyList<PushVersion> versions, int? current, PushCanary? canary) =>
        [.. versions.Where((v, i) => i >= versions.Count - Kept || v.Version == current || v.Version == canary?.Version)];
}

/// <summary>One text of a zone.</summary>
/// <param name="Hash">SHA-256 of it, 64 hexadecimal digits.</param>
/// <param name="Serial">As written.</param>
/// <param name="At">When it was pushed, by that node's clock.</param>
internal sealed record PushVersion(int Version, string Hash, uint Serial, string Author, DateTimeOffset At, string? Message);

/// <summary>One node tries a version before the others.</summary>
internal sealed record PushCanary(int Version, string Node);
