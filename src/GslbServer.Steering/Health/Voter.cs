namespace GslbServer.Steering;

/// <summary>One vantage, its observations laid out as <see cref="Topology.Monitors"/>.</summary>
internal sealed class Voter(VantageReport report, bool fresh, Observation?[] sees)
{
    public string Node => report.Node;

    public string? Region => report.Region;

    public bool Fresh { get; } = fresh;

    /// <summary>Set by <see cref="BlindVantages"/>: it fails where others do not, and abstains everywhere.</summary>
    public bool Blind { get; set; }

    /// <summary>Null where its report does not have the monitor.</summary>
    public Observation?[] Sees { get; } = sees;

    /// <summary>By monitor, when they are divided among the vantages: this one is to probe it. Null while every vantage probes everything.</summary>
    public bool[]? Duty { get; set; }

    /// <summary>Whether it counts among the vantages of a monitor. Undivided: where its report has it. Divided: where it is to probe it, and as long as it lives where it still does.</summary>
    public bool HasSay(int monitor) => Duty is null ? Sees[monitor] is not null : Duty[monitor] || (Fresh && Sees[monitor] is not null);

    /// <summary>Blind, or so late with its probes that what it sees tells of itself (garbage collection, no processor) and not of the endpoint.</summary>
    public bool Abstains(Check check) => Blind || report.Lag > check.Every;

    /// <summary>All vantages that have a say: those that probe and are not leaving, fresh or not.</summary>
    public static List<Voter> Roll(MonitorIndex index, IReadOnlyList<VantageView> vantages, TimeSpan now)
    {
        var roll = new List<Voter>(vantages.Count);
        foreach (VantageView vantage in vantages)
        {
            if (!vantage.Report.IsProber || vantage.Report.Leaving)
                continue;
            var sees = new Observation?[index.Count];
            foreach (Observation observation in vantage.Report.Observations)
            {
                if (index.TryFind(observation.Monitor, out int monitor))
                    sees[monitor] = observation;
            }

            // A node needs no report to know that it is alive.
            roll.Add(new Voter(vantage.Report, vantage.IsSelf || vantage.LastAdvanced >= now - HealthMerge.Freshness, sees));
        }

        return roll;
    }
}
