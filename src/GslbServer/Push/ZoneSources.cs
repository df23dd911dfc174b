using System.Security.Cryptography;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone as its operator wrote it: pushed, or a file.</summary>
/// <param name="Path">Of the file; null for a pushed zone.</param>
/// <param name="Version">Of a pushed zone.</param>
internal sealed record ZoneSource(ZoneFile File, string? Text, string? Path, PushVersion? Version)
{
    /// <summary>Of the records: equal for equal records, however they are written.</summary>
    public string ETag { get; } = Tag(File);

    private static string Tag(ZoneFile file)
    {
        IEnumerable<string> lines = file.Records.Select(r => r.ToString()).Order(StringComparer.Ordinal);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).AsSpan(0, 12))}\"";
    }
}

/// <summary>Where the zones of a node come from.</summary>
internal sealed class ZoneSources(string folder, ZonePushes pushes, SecondaryZones primaries)
{
    /// <returns>Null where no file and no push is of this name.</returns>
    public ZoneSource? Find(DomainName zone)
    {
        if (pushes.VersionOf(zone) is { } version && pushes.IndexOf(zone)?.Find(version) is { } pushed && pushes.TextOf(pushed) is { } text)
            return Of(zone, text, pushed);
        return FileOf(zone) is { } path ? new ZoneSource(ZoneLoader.Read([path], [])[0], ReadText(path), path, null) : null;
    }

    public static ZoneSource Of(DomainName zone, byte[] text, PushVersion version)
    {
        string characters = Encoding.Latin1.GetString(text);
        return new ZoneSource(ZoneFileReader.Read(zone + "zone", characters, zone), characters, null, version);
    }

    /// <summary>The zone file of this name, whether it is served or not.</summary>
    public string? FileOf(DomainName zone) => (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + ZoneLoader.Extension).Order(StringComparer.Ordinal) : Enumerable.Repeat(folder, File.Exists(folder) ? 1 : 0))
        .FirstOrDefault(path => zone.Equals(ZoneLoader.ZoneOf(path, null, out _)));

    /// <summary>Whether a zone comes from a primary.</summary>
    public bool IsFromPrimary(DomainName zone) => primaries.Status().Any(s => s.Zone == zone.ToString());

    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
