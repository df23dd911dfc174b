using System.Text.Json;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>One file of a zone's keys.</summary>
/// <param name="Changed">When it was last written, in ticks of UTC.</param>
internal sealed record SharedKeyFile(string Name, long Changed, string Text);

/// <summary>The files of a zone's keys as nodes exchange them. Merging is a union in which of each file the last written counts: whoever merges what, in which order and how often, all come to
/// the same.</summary>
internal sealed record SharedKeyFiles(int V, IReadOnlyList<SharedKeyFile> Files)
{
    private const int Version = 1;

    public static SharedKeyFiles Of(IEnumerable<SharedKeyFile> files) => new(Version, [.. files.OrderBy(f => f.Name, StringComparer.Ordinal)]);

    public SharedKeyFiles Merge(SharedKeyFiles other) => Of(Files.Concat(other.Files).GroupBy(f => f.Name, StringComparer.Ordinal)
        .Select(same => same.OrderByDescending(f => f.Changed).ThenBy(f => f.Text, StringComparer.Ordinal).First()));

    public bool IsSame(SharedKeyFiles other) => Files.SequenceEqual(other.Files);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AdminJson.Options);

    /// <returns>Null for another version, or names that are no files of this zone.</returns>
    public static SharedKeyFiles? Read(DomainName zone, ReadOnlySpan<byte> octets)
    {
        try
        {
            SharedKeyFiles? files = JsonSerializer.Deserialize<SharedKeyFiles>(octets, AdminJson.Options);
            return files is { V: Version, Files: not null } && files.Files.All(f => f is { Name: not null, Text: not null } && KeyDirectory.IsOf(zone, f.Name)) ? files : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
