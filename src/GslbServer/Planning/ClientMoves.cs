using GslbServer.Steering;

namespace GslbServer;

/// <summary>Which clients move from where to where between two worlds: for <c>gslb diff</c>, and before a canary.</summary>
internal static class ClientMoves
{
    /// <param name="population">Clients of the first, by its names.</param>
    public static DiffReport Between(CliHost host, SteeringTable before, SteeringTable after, Population population, bool wantsIPv6, CancellationToken cancel)
    {
        Topology old = before.Plan.Topology, now = after.Plan.Topology;
        (int, int)[] both = [.. old.Names.Select((name, index) => (Before: index, After: IndexOf(now, name.Owner))).Where(pair => pair.After >= 0)];
        using var progress = new PlanProgress(host, (long)population.Groups.Length * both.Length);
        IReadOnlyList<NameMoves> moves = Simulation.Compare(before, after, population, both, wantsIPv6, progress.Add, out IReadOnlyList<string> regions, cancel);
        string type = wantsIPv6 ? "AAAA" : "A";
        return new DiffReport(population.Source, moves.Sum(name => name.Decisions), progress.Seconds,
            [.. now.Names.Select(name => name.Owner).Where(owner => IndexOf(old, owner) < 0)], [.. old.Names.Select(name => name.Owner).Where(owner => IndexOf(now, owner) < 0)],
            [.. moves.Select(name => Of(name, old.Names[name.Before], now.Names[name.After], type, regions))]);
    }

    private static NameDiff Of(NameMoves moves, SteeredName old, SteeredName now, string type, IReadOnlyList<string> regions)
    {
        double total = Math.Max(moves.Total, double.Epsilon);
        return new NameDiff(old.Owner, type, moves.Moved / total, old.Ttl, now.Ttl,
            [.. moves.Moves().Select(move => new MoveShare(Called(move.From), Called(move.To), move.Weight / total, CountryShare.First(move.Countries)))]);

        string Called(int region) => region switch { -1 => "static records", -2 => "no answer", _ => regions[region] };
    }

    private static int IndexOf(Topology topology, string owner)
    {
        for (int i = 0; i < topology.Names.Length; i++)
        {
            if (topology.Names[i].Owner == owner) return i;
        }

        return -1;
    }
}
