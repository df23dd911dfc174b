namespace GslbServer;

internal sealed record ZoneStatus(string Name, uint Serial, string Hash);
