namespace GslbServer.State;

/// <summary>How much a node knows of the others, and what follows from that. The names in small letters stand in status and metrics.</summary>
public enum StateMode
{
    /// <summary>Some store was read within 5 s, or there are none: everything is on.</summary>
    Fresh,

    /// <summary>None was: verdicts are kept, and own probes bring down only by the exception for a node alone; nothing is explored.</summary>
    Stale,

    /// <summary>For 60 s: the map of round trips is held too, and TTLs are the longest.</summary>
    Frozen,

    /// <summary>None ever since the start, and nothing on disk: what the zone says and what this node's probes see; what is not judged counts as up.</summary>
    Safe,
}
