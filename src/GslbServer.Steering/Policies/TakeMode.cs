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

    /// <summary>What serves but for a drain without force, when nothing else does: a drain sends clients elsewhere while there is an elsewhere. The newest drain gives way, those
    /// that were there before it stand.</summary>
    Yielding,

    /// <summary>Those that failed last.</summary>
    LastGood,

    /// <summary>All that no operator took down.</summary>
    Anything,

    /// <summary>All that no operator took down by force, when operators took down everything and there is nothing else to say: again the newest gives way.</summary>
    Unforced,
}
