namespace GslbServer;

/// <param name="State"><c>up</c>, <c>partial</c>, <c>down</c>, <c>unknown</c> by its checks; <c>unchecked</c> where nothing asks.</param>
/// <param name="Addresses">As written at the region, or its CNAME.</param>
/// <param name="Checks">Each address that a check asks.</param>
/// <param name="Overrides">Targets of the overrides that name this region.</param>
internal sealed record RegionStatus(string Name, string Label, string State, double Latitude, double Longitude, double? Capacity, IReadOnlyList<string> Addresses,
    IReadOnlyList<MonitorStatus> Checks, IReadOnlyList<string> Overrides);

/// <param name="Address">What is probed: an address, or the host name of a region that is a CNAME.</param>
/// <param name="Settled">False while the verdict may change soon.</param>
/// <param name="ChangedSecondsAgo">Null when it never changed.</param>
/// <param name="Observations">Who sees what.</param>
internal sealed record MonitorStatus(string Check, string Address, string Verdict, bool Settled, double? ChangedSecondsAgo, VoteCount Votes,
    IReadOnlyList<ObservationStatus> Observations)
{
    /// <summary>Turns to down that its penalty remembers.</summary>
    public int Flaps { get; init; }

    /// <summary>How long it still gets no clients because it flaps, unless nothing else serves; null when it is not suppressed.</summary>
    public double? SuppressedSeconds { get; init; }
}

/// <summary>Fresh vantages that say up and down, and those asked in all.</summary>
internal sealed record VoteCount(int Up, int Down, int Fresh);

/// <param name="Streak">Equal results in a row: +n successes, -n failures.</param>
internal sealed record ObservationStatus(string Node, string Verdict, int Streak, double RttMilliseconds, string Detail);
