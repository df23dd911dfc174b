namespace GslbServer.Balancer;

/// <summary>What became of a browser's report. Its samples are judged one by one after that.</summary>
internal enum BeaconVerdict
{
    Taken,

    /// <summary>No report: too long, no JSON, or a word that is not as it should be.</summary>
    Malformed,

    /// <summary>This connection or this one-time word has reported already.</summary>
    Repeated,

    /// <summary>The client's prefix, or all together, had their share of this epoch.</summary>
    Flooding,

    /// <summary>It claims a shorter way to this region than its own connection has.</summary>
    Impossible,
}
