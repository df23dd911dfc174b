namespace GslbServer;

/// <summary>Whom a process is to become, from <c>NAME[:GROUP]</c>, as the system knows them.</summary>
/// <param name="Group">The user's own, or the one that was named.</param>
internal sealed record ProcessUser(string Name, uint User, uint Group);
