using GslbServer.Steering;

namespace GslbServer;

/// <summary>Maps geodata files and compiles them.</summary>
public static class GeoLoader
{
    /// <exception cref="GeoDataException">A file is missing, corrupt or of an unknown kind; the message names it.</exception>
    public static GeoTable Load(IReadOnlyList<string> files) => throw new NotImplementedException();
}
