using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>What must hold of every zone, every health and every client. A failure names the seed of its world.</summary>
public sealed class SteeringProperties
{
    private static readonly Client Resolver = Client.From(IPAddress.Parse("198.18.70.1"));
    private static readonly int Worlds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 3000 : 60;

    [Fact]
    public void Explain_gives_the_answer_that_is_served() => ForAll(world =>
    {
        SteeringTable table = SteeringTable.Compile(world.Plan, world.Health(), null);
        for (int i = 0; i < 40; i++)
        {
            Client client = world.Client();
            for (int name = 0; name < world.Topology.Names.Length; name++)
            {
                bool ipv6 = i % 3 == 0;
                Decision decision = Decide(table, name, client, ipv6);
                Explanation explained = Steerer.Explain(table, name, ipv6, client, Resolver);
                Assert.Equal(Records(world.Topology, name, decision, ipv6), explained.Answer.Records);
                Assert.Equal(decision.Ttl, explained.Answer.Ttl);
                Assert.Equal(decision.ScopePrefixLength, explained.Answer.Scope);
                Assert.Equal(["fences", "overrides", "health", "order", "take"], explained.Steps.Select(step => step.Filter).Where(filter => !filter.Contains('(') && filter != "all-down"));
            }
        }
    });

    [Fact]
    public void Explained_steps_add_up() => ForAll(world =>
    {
        SteeringTable table = SteeringTable.Compile(world.Plan, world.Health(), null);
        for (int i = 0; i < 20; i++)
        {
            Explanation explained = Steerer.Explain(table, 0, false, world.Client(), Resolver);
            ExplainedStep[] chain = [.. explained.Steps.Where(step => !step.Filter.Contains('(') && step.Filter != "all-down").Take(3)];
            int left = world.Topology.Names[0].Targets.Length;
            foreach (ExplainedStep step in chain)
            {
                Assert.Equal(left, step.Kept.Count + step.Dropped.Count);
                Assert.All(step.Dropped, drop => Assert.NotEmpty(drop.Why));
                left = step.Kept.Count;
            }
        }
    });

    [Fact]
    public void Nodes_that_build_for_themselves_agree() => ForAll(world =>
    {
        HealthTable health = world.Health();
        SteeringTable one = SteeringTable.Compile(world.Plan, health, null);
        SteeringTable other = SteeringTable.Compile(world.Rebuild(), health, null);
        for (int i = 0; i < 40; i++)
        {
            Client client = world.Client();
            for (int name = 0; name < world.Topology.Names.Length; name++)
                Same(Decide(one, name, client, i % 3 == 0), Decide(other, name, client, i % 3 == 0));
        }
    });

    /// <summary>RFC 7871 section 7.2.1: whatever is inside a scope has that scope and that answer, in every state of health.</summary>
    [Fact]
    public void Scopes_are_a_partition_and_answers_are_constant_within() => ForAll(world =>
    {
        SteeringTable[] states = [.. Enumerable.Range(0, 10).Select(_ => SteeringTable.Compile(world.Plan, world.Health(), null))];
        var random = new Random(7);
        for (int i = 0; i < 60; i++)
        {
            Client client = world.Client();
            if (client.PrefixLength == 0)
                continue;
            for (int name = 0; name < world.Topology.Names.Length; name++)
            {
                byte scope = states.Max(state => Decide(state, name, client, false).ScopePrefixLength);
                Client inside = Within(client, scope, random);
                foreach (SteeringTable state in states)
                {
                    Decision first = Decide(state, name, client, false);
                    Decision second = Decide(state, name, inside, false);
                    Assert.True(first.ScopePrefixLength == scope || (first.Kind is DecisionKind.NoData && first.ScopePrefixLength == 0));
                    Same(first, second, $"{world.Topology.Names[name].Owner} {client} and {inside} in /{scope}");
                }
            }
        }
    });

    [Fact]
    public void Fences_are_never_crossed() => ForAll(world =>
    {
        SteeringTable table = SteeringTable.Compile(world.Plan, world.Health(), null);
        for (int i = 0; i < 60; i++)
        {
            Client client = world.Client();
            for (int name = 0; name < world.Topology.Names.Length; name++)
            {
                Decision decision = Decide(table, name, client, false);
                SteeredName steered = world.Topology.Names[name];
                if (decision.Kind == DecisionKind.StaticFallback)
                    Assert.Empty(steered.Only);
                if (steered.Only.Length == 0 || steered.Targets.Any(target => target.IsName) || decision.Kind is not (DecisionKind.Addresses or DecisionKind.Cname))
                    continue;
                Explanation explained = Steerer.Explain(table, name, false, client, Resolver);
                string[] allowed = [.. explained.Steps.First(step => step.Filter == "fences").Kept];
                Assert.All(Records(world.Topology, name, decision, false), record => Assert.Contains(world.Topology.Regions,
                    region => allowed.Contains(region.Label) && (region.CnameTarget == record || region.Addresses.Any(address => address.ToString() == record))));
            }
        }
    });

    [Fact]
    public void Answers_are_never_empty_by_accident() => ForAll(world =>
    {
        SteeringTable table = SteeringTable.Compile(world.Plan, world.Health(withOverrides: false), null);
        if (world.Topology.Names.Any(name => name.Only.Length > 0))
            return;
        for (int i = 0; i < 40; i++)
        {
            Client client = world.Client();
            for (int name = 0; name < world.Topology.Names.Length; name++)
                Assert.True(Decide(table, name, client, false) is { Kind: DecisionKind.Cname } or { Kind: DecisionKind.Addresses, PackedLength: > 0 });
        }
    });

    /// <summary>Drains, downs, flapping, balancers that all drain or have nothing, held failbacks, views: together they leave nobody with nothing.</summary>
    [Fact]
    public void Without_force_no_client_is_left_with_nothing() => ForAll(world =>
    {
        for (int state = 0; state < 5; state++)
        {
            SteeringTable table = SteeringTable.Compile(world.Plan, world.Health(mayForce: false), null);
            for (int i = 0; i < 20; i++)
            {
                Client client = world.Client();
                foreach (NamePlan name in world.Plan.Names.Where(name => !name.IsFenced || !name.Name.Targets.Any(target => target.IsName)))
                {
                    Decision decision = Decide(table, name.Index, client, i % 3 == 0);
                    Assert.True(decision is { Kind: DecisionKind.Cname or DecisionKind.StaticFallback } or { Kind: DecisionKind.Addresses, PackedLength: > 0 }, $"{name.Name.Owner} {client}: {decision.Kind}");
                }
            }
        }
    });

    /// <summary>As long as a region that this client may have is up by everybody's word and drained at most, <c>all-down</c> has nothing to say.</summary>
    [Fact]
    public void What_serves_comes_before_the_last_resort() => ForAll(world =>
    {
        for (int state = 0; state < 5; state++)
        {
            HealthTable health = world.Health(mayForce: false);
            SteeringTable table = SteeringTable.Compile(world.Plan, health, null);
            string[] taken = [.. health.Overrides.Where(active => active.Override.State == OverrideState.Down).Select(active => OverrideTarget.Read(active.Override.Target, world.Topology, out _))
                .OfType<OverrideTarget>().SelectMany(target => target.Regions).Select(region => world.Topology.Regions[region].Label)];
            foreach (NamePlan name in world.Plan.Names.Where(name => !name.Name.Targets.Any(target => target.IsName)))
            {
                string[] serving = [.. name.Name.Targets.Where((target, i) => health.Load.Of(target.Index).News != RegionNews.NotServing && name.Name.Monitors[i].SelectMany(monitors => monitors).All(IsUp))
                    .Select(target => world.Topology.Regions[target.Index].Label).Except(taken)];
                for (int i = 0; i < 20; i++)
                {
                    Client client = world.Client();
                    Explanation explained = Steerer.Explain(table, name.Index, false, client, Resolver);
                    if (explained.Steps.First(step => step.Filter == "fences").Kept.Intersect(serving).Any())
                        Assert.DoesNotContain("all-down", explained.Steps.Select(step => step.Filter));
                }
            }

            bool IsUp(int monitor) => health.Monitors[monitor].Verdict != Verdict.Down
                && Enumerable.Range(0, health.Local?.Count ?? 0).All(view => health.Local!.MonitorsOf(view)[monitor].Verdict != Verdict.Down);
        }
    });

    [Fact]
    public void Deciding_allocates_nothing() => ForAll(AllocatesNothing);

    private static void AllocatesNothing(RandomWorld world)
    {
        SteeringTable table = SteeringTable.Compile(world.Plan, world.Health(), null);
        Client[] clients = [.. Enumerable.Range(0, 100).Select(_ => world.Client())];
        DecideAll();
        DecideAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        DecideAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void DecideAll()
        {
            foreach (Client client in clients)
            {
                for (int name = 0; name < world.Topology.Names.Length; name++)
                {
                    Steerer.Decide(table, name, false, client, Resolver, 1, out _);
                    Steerer.Decide(table, name, true, client, Resolver, 1, out _);
                }
            }
        }
    }

    private static void ForAll(Action<RandomWorld> holds)
    {
        for (int seed = 0; seed < Worlds; seed++)
        {
            try
            {
                holds(new RandomWorld(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }

    private static Decision Decide(SteeringTable table, int name, Client client, bool ipv6)
    {
        Steerer.Decide(table, name, ipv6, client, Resolver, 0, out Decision decision);
        return decision;
    }

    private static void Same(Decision expected, Decision found, string because = "")
    {
        ReadOnlySpan<byte> left = expected.Packed;
        ReadOnlySpan<byte> right = found.Packed;
        Assert.Equal((expected.Kind, expected.Ttl, expected.ScopePrefixLength, expected.PackedLength, expected.Region),
            (found.Kind, found.Ttl, found.ScopePrefixLength, found.PackedLength, found.Region));
        Assert.True(left[..expected.PackedLength].SequenceEqual(right[..found.PackedLength]), because);
    }

    /// <summary>Another network, of any length from the scope on, in the same scope.</summary>
    private static Client Within(Client client, byte scope, Random random)
    {
        UInt128 noise = ((UInt128)(ulong)random.NextInt64() << 64) | (ulong)random.NextInt64();
        UInt128 kept = scope == 0 ? 0 : client.Address & (UInt128.MaxValue << (128 - scope));
        UInt128 filled = kept | (scope == 128 ? 0 : noise >> scope);
        int length = random.Next(Math.Max(1, (int)scope), Math.Max((int)scope, client.IsIPv6 ? 56 : 24) + 1);
        return client with { PrefixLength = (byte)length, Address = filled & (UInt128.MaxValue << (128 - length)) };
    }

    private static string[] Records(Topology topology, int name, in Decision decision, bool ipv6)
    {
        int size = ipv6 ? 16 : 4;
        ReadOnlySpan<byte> packed = decision.Packed;
        var records = new List<string>();
        for (int at = 0; at < decision.PackedLength; at += size)
            records.Add(new IPAddress(packed.Slice(at, size)).ToString());
        return decision.Kind switch
        {
            DecisionKind.Cname => [topology.Regions[decision.Region].CnameTarget ?? ""],
            DecisionKind.StaticFallback => [.. topology.Names[name].StaticAddresses.Where(address => address.GetAddressBytes().Length == size).Select(address => address.ToString())],
            _ => [.. records],
        };
    }
}
