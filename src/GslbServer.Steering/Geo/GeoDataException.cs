namespace GslbServer.Steering;

/// <summary>A geo database that cannot be used, and why.</summary>
public sealed class GeoDataException(string message) : Exception(message);
