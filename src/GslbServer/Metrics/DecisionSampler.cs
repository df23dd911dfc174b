using System.Net;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Turns sampled decisions into events, at most one per serving thread and second.</summary>
internal sealed class DecisionSampler(Counters counters, ServingState serving, EventLog events, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                foreach (CounterBlock block in counters.Blocks)
                {
                    if (block.Decisions.TryTake(out SampledDecision sample))
                    {
                        Add(sample);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Add(in SampledDecision sample)
    {
        // A reload between the decision and now may have renumbered the names.
        Topology topology = serving.Current.Steering.Plan.Topology;
        if (sample.Name < topology.Names.Length)
        {
            string type = sample.WantsIPv6 ? "AAAA" : "A";
            Decision decision = sample.Decision;
            events.Add("decision", $"{topology.Names[sample.Name].Owner} {type}", $"{sample.Client.ToAddress()}/{sample.Client.PrefixLength}", Describe(decision, sample.WantsIPv6, topology),
                $"ttl {decision.Ttl}, scope /{decision.ScopePrefixLength}");
        }
    }

    private static string Describe(in Decision decision, bool isIPv6, Topology topology)
    {
        if (decision.Kind == DecisionKind.Cname)
        {
            return topology.Regions[decision.Region].CnameTarget ?? "";
        }

        if (decision.Kind != DecisionKind.Addresses)
        {
            return decision.Kind.ToString();
        }

        int size = isIPv6 ? 16 : 4;
        var addresses = new List<string>();
        ReadOnlySpan<byte> packed = decision.Packed;
        for (int i = 0; i < decision.PackedLength; i += size)
        {
            addresses.Add(new IPAddress(packed.Slice(i, size)).ToString());
        }

        return string.Join(' ', addresses);
    }
}
