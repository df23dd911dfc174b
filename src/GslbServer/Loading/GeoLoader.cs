using GslbServer.Steering;

namespace GslbServer;

/// <summary>Reads geodata files and compiles them. What comes out needs the files no more, whatever becomes of them.</summary>
public static class GeoLoader
{
    /// <exception cref="GeoDataException">A file is missing, corrupt or of an unknown kind; the message names it.</exception>
    public static GeoTable Load(IReadOnlyList<string> files) => GeoTable.Read([.. files.Select(GeoFile.Read)]);
}
