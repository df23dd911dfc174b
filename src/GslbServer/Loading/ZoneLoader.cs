using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Zones as loaded: what was read, what is wrong with it, and, without errors, what it compiles to.</summary>
/// <param name="Zones">Null when any diagnostic is an error.</param>
/// <param name="Topology">Null when any diagnostic is an error.</param>
public sealed record LoadedZones(IReadOnlyList<ZoneFile> Files, IReadOnlyList<ZoneDiagnostic> Diagnostics, ZoneSet? Zones, Topology? Topology);

/// <summary>Zone files to <see cref="ZoneSet"/> and <see cref="Topology"/>, the same way for <c>serve</c>, <c>check</c>, <c>reload</c> and offline <c>explain</c>.</summary>
public static class ZoneLoader
{
    /// <param name="paths">Files, or directories of which every <c>*.zone</c> is read, in ordinal order of their names.</param>
    /// <param name="origin">Names the zone of a file that is not called <c>NAME.zone</c>.</param>
    public static LoadedZones Load(IReadOnlyList<string> paths, string? origin = null) => throw new NotImplementedException();
}
