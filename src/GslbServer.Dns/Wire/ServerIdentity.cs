namespace GslbServer.Dns;

/// <summary>What the server says of itself: NSID (RFC 5001), <c>id.server</c> and <c>version.bind</c> in class CHAOS (RFC 4892).</summary>
public sealed record ServerIdentity(string Id, string Version);
