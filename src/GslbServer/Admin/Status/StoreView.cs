namespace GslbServer;

/// <param name="Unreadable">Records in it that make no sense.</param>
internal sealed record StoreView(string Name, bool Reachable, double SinceLastReadSeconds, string? Error, int Unreadable, int Forged);
