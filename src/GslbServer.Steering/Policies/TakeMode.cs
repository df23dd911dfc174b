namespace GslbServer.Steering;

/// <summary>Which of a target's addresses may be taken; from the first to the last resort.</summary>
internal enum TakeMode : byte
{
    /// <summary>Those that serve, without the share that stays away from this client.</summary>
    Serving,

    /// <summary>With <c>failback=manual</c>, when all that serve wait for an undrain: those that came up first, because the clients are there by now.</summary>
    Returned,

    /// <summary>Those that serve, ramps and drains in part set aside: they never leave a client with nothing.</summary>
    Reluctant,

    /// <summary>Those that failed last.</summary>
    LastGood,

    /// <summary>All that no operator took down.</summary>
    Anything,
}
