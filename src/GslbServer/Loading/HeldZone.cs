using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone in force, with what has to be known to put another one beside it: its file need not be read again.</summary>
/// <param name="Path">Where its records stand, or stood.</param>
internal sealed record HeldZone(Zone Zone, string Path, ZoneConfiguration Configuration);
