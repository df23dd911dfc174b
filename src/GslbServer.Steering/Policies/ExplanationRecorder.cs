using System.Net;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>Writes down, step by step, what the code that decides does. Cold.</summary>
internal sealed class ExplanationRecorder
{
    private readonly List<ExplainedStep> _steps = [];
    private readonly Stack<Frame> _frames = [];
    private bool _allDown;
    private bool _tookAllDownTarget;
    private bool _isUnforced;
    private IReadOnlyList<string> _lastResort = [];
    private string? _explored;

    public void Enter(in SteeringWalk walk, NamePlan plan, bool useSubnet, TakeMode mode, byte[] order, ulong key)
    {
        bool isNested = _frames.Count > 0;
        var chain = new ChainNarrator(walk, plan, useSubnet, mode, order, key);
        _explored = chain.Explored ?? _explored;
        _frames.Push(new Frame(plan, mode, isNested, chain));
        _isUnforced |= _allDown && mode == TakeMode.Unforced;
        if (_allDown)
            return;
        if (!isNested && (mode is TakeMode.Returned or TakeMode.Reluctant or TakeMode.Yielding))
            _steps.Clear();
        string suffix = isNested ? $" ({plan.Name.Owner})" : "";
        _steps.AddRange(chain.Steps().Select(step => step with { Filter = step.Filter + suffix }));
    }

    public void Tried(int ordinal, bool taken)
    {
        if (_frames.TryPeek(out Frame? frame))
            frame.Tried.Add((ordinal, taken));
        else if (taken)
            _tookAllDownTarget = true;
    }

    public void Leave()
    {
        Frame frame = _frames.Pop();
        List<string> kept = [.. frame.Tried.Where(tried => tried.Taken).Select(tried => frame.Chain.Label(tried.Ordinal))];
        if (_allDown)
        {
            if (!frame.IsNested)
                _lastResort = kept;
            return;
        }

        ExplainedDrop[] dropped = [.. frame.Tried.Where(tried => !tried.Taken && !frame.Chain.IsAway(tried.Ordinal)).Select(tried => new ExplainedDrop(frame.Chain.Label(tried.Ordinal), "has nothing for this client"))];
        string? note = frame.Mode switch
        {
            TakeMode.Returned => "all wait for an undrain (failback=manual): what came up first stays",
            TakeMode.Reluctant => "nothing else serves: slow starts and drains in part are set aside",
            TakeMode.Yielding => "nothing else serves: the newest drain without force stands aside",
            _ => null,
        };
        _steps.Add(new ExplainedStep(frame.IsNested ? $"take ({frame.Plan.Name.Owner})" : "take", kept, dropped, note));
    }

    public void AllDown(NamePlan plan) => _allDown = true;

    public Explanation Finish(in SteeringWalk walk, int name, in Decision decision)
    {
        NamePlan plan = walk.Table.Plan.Names[name];
        bool useSubnet = plan.Name.UseSubnet && walk.HasSubnet;
        Client client = walk.Located(plan, useSubnet);
        (Location location, uint asn) = walk.Table.Plan.Geo.Find(client.IsIPv6, client.Address);
        if (plan.ExistingOf(walk.WantsIPv6) == 0)
            RecordNoTargets(walk, plan);
        if (_allDown)
            _steps.Add(new ExplainedStep("all-down", _tookAllDownTarget ? [ChainNarrator.Label(walk.Table.Plan.Topology, plan, plan.AllDownOrdinal)] : _lastResort, [], LastResortNote(walk, plan, decision)));

        return new Explanation(plan.Name.Owner, walk.WantsIPv6 ? "AAAA" : "A",
            new ExplainedClient(client.ToAddress().ToString(), client.PrefixLength, client.Source == ClientSource.Subnet ? "ecs" : "resolver"),
            new ExplainedLocation(NullIfEmpty(location.Country), NullIfEmpty(location.Continent), location.HasCoordinates ? location.Latitude : null,
                location.HasCoordinates ? location.Longitude : null, asn == 0 ? null : asn),
            _steps, new ExplainedAnswer(Records(walk, plan, decision), decision.Ttl, TtlReason(walk.Table.Names[name], decision), decision.ScopePrefixLength));
    }

    private string TtlReason(NameState state, in Decision decision)
        => _explored is { } region && decision.Ttl < state.Ttl ? $"{region} is explored" : state.TtlReason;

    private void RecordNoTargets(in SteeringWalk walk, NamePlan plan)
    {
        string type = walk.WantsIPv6 ? "AAAA" : "A";
        Topology topology = walk.Table.Plan.Topology;
        string[] all = [.. Enumerable.Range(0, plan.Name.Targets.Length).Select(ordinal => ChainNarrator.Label(topology, plan, ordinal))];
        _steps.Add(new ExplainedStep("fences", all, []));
        _steps.Add(new ExplainedStep("overrides", all, []));
        _steps.Add(new ExplainedStep("health", [], [.. all.Select(label => new ExplainedDrop(label, $"has no {type}"))]));
        _steps.Add(new ExplainedStep("order", [], []));
        _steps.Add(new ExplainedStep("take", [], [], plan.HasStatic(walk.WantsIPv6) ? "the static records beside the STEER" : $"no target and no static record has an {type}"));
    }

    private string LastResortNote(in SteeringWalk walk, NamePlan plan, in Decision decision) => decision.Kind switch
    {
        DecisionKind.StaticFallback => "static: the records beside the STEER",
        DecisionKind.ServFail => "servfail",
        DecisionKind.NoData => plan.Name.AllDown == Steering.AllDown.NoData ? "nodata" : "an operator took down, by force, all there is inside the fences",
        _ when _isUnforced => "operators took down all there is: the newest override without force stands aside",
        _ => plan.Name.AllDown switch
        {
            Steering.AllDown.All => "all: as if all were up",
            Steering.AllDown.Target => $"target: {ChainNarrator.Label(walk.Table.Plan.Topology, plan, plan.AllDownOrdinal)}",
            _ => "last: what failed last, and then as if all were up",
        },
    };

    private static string[] Records(in SteeringWalk walk, NamePlan plan, in Decision decision)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Cname:
                return [walk.Table.Plan.Topology.Regions[decision.Region].CnameTarget ?? ""];
            case DecisionKind.StaticFallback:
                AddressFamily family = walk.WantsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
                return [.. plan.Name.StaticAddresses.Where(address => address.AddressFamily == family).Select(address => address.ToString())];
            case DecisionKind.Addresses:
                int size = walk.WantsIPv6 ? 16 : 4;
                var records = new string[decision.PackedLength / size];
                ReadOnlySpan<byte> packed = decision.Packed;
                for (int i = 0; i < records.Length; i++)
                    records[i] = new IPAddress(packed.Slice(i * size, size)).ToString();
                return records;
            default:
                return [];
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private sealed record Frame(NamePlan Plan, TakeMode Mode, bool IsNested, ChainNarrator Chain)
    {
        public List<(int Ordinal, bool Taken)> Tried { get; } = [];
    }
}
