using GslbServer.Dns;

namespace GslbServer;

/// <summary>What a load needs to sign zones.</summary>
/// <param name="KeysOf">The keys of each zone; null for a zone that is not signed.</param>
/// <param name="Now">The time of the load: keys and signatures are judged by it.</param>
public sealed record ZoneSigning(ZoneKeysOf KeysOf, DateTimeOffset Now);
