namespace GslbServer.Steering;

/// <summary>One vantage, its observations laid out as <see cref="Topology.Monitors"/>.</summary>
internal sealed class Voter(bool fresh, Observation?[] sees)
{
    public bool Fresh { get; } = fresh;

    /// <summary>Set by <see cref="BlindVantages"/>: it fails where others do not, and abstains everywhere.</summary>
    public bool Blind { get; set; }

    /// <summary>Null where its report does not have the monitor: it neither votes there nor counts as asked.</summary>
    public Observation?[] Sees { get; } = sees;

    /// <summary>All vantages that have a say: those that probe and are not leaving, fresh or not.</summary>
    public static List<Voter> Roll(Topology topology, IReadOnlyList<VantageView> vantages, TimeSpan now)
    {
        var index = new Dictionary<string, int>(topology.Monitors.Length);
        for (int i = 0; i < topology.Monitors.Length; i++)
            index.TryAdd(topology.Monitors[i].Key, i);

        var roll = new List<Voter>(vantages.Count);
        foreach (VantageView vantage in vantages)
        {
            if (!vantage.Report.IsProber || vantage.Report.Leaving)
                continue;
            var sees = new Observation?[topology.Monitors.Length];
            foreach (Observation observation in vantage.Report.Observations)
            {
                if (index.TryGetValue(observation.Monitor, out int monitor))
                    sees[monitor] = observation;
            }

            // A node needs no report to know that it is alive.
            roll.Add(new Voter(vantage.IsSelf || vantage.LastAdvanced >= now - HealthMerge.Freshness, sees));
        }

        return roll;
    }
}
