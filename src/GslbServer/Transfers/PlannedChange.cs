using GslbServer.Dns;

namespace GslbServer;

/// <summary>What is to become of a zone.</summary>
/// <param name="Keep">Puts it on disk, before it is in force. Throws <see cref="IOException"/> where that cannot be; then nothing changes.</param>
internal sealed record PlannedChange(ZoneChange Change, Action Keep);
