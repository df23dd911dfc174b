using System.Text.Json;

namespace GslbServer;

/// <summary>Which pushed versions a node serves, told to the others.</summary>
internal sealed record PushServed(string Node, IReadOnlyList<ServedVersion> Zones)
{
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AdminJson.Options);

    /// <returns>Null for what is none.</returns>
    public static PushServed? Read(byte[] record)
    {
        try
        {
            return JsonSerializer.Deserialize<PushServed>(record, AdminJson.Options) is { Node: not null, Zones: not null } read && read.Zones.All(z => z?.Zone is not null) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="Version">Null: the zone file.</param>
/// <param name="Problem">Why this node does not serve what it should.</param>
internal sealed record ServedVersion(string Zone, int? Version, string? Problem);
