using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Keys;

/// <summary>A signed zone through virtual time: its keys, who signs and what is published at each step, and what the parent has. Remembers all of it, so that validators with caches of any age can
/// be asked afterwards.</summary>
internal sealed class KeyWorld(KeyPolicy policy, TimeSpan step)
{
    public static readonly DomainName Zone = DomainName.Parse("example.org.");

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Moment> _past = [];

    public DateTimeOffset Now { get; private set; } = Start;

    public IReadOnlyList<ZoneKey> Keys { get; private set; } = [];

    /// <summary>Keys that the parent has a DS of; empty: the zone is not to be validated.</summary>
    public HashSet<DnssecKey> Parent { get; } = [];

    public int Made { get; private set; }

    /// <summary>Whether anybody plans rollovers now.</summary>
    public bool IsPlanning { get; set; } = true;

    private sealed record Moment(DnssecKey[] Published, DnssecKey[] KeySigners, DnssecKey[] ZoneSigners, DnssecKey[] Parent);

    public void Create(bool csk = false)
    {
        foreach (ushort flags in csk ? (ushort[])[DnssecKey.SecureEntryPoint] : [DnssecKey.SecureEntryPoint, DnssecKey.ZoneKey])
            Do(new(new NewKey(flags, DnssecAlgorithm.ECDSAP256SHA256, KskRollover.First(flags == DnssecKey.SecureEntryPoint, policy, Now)), []));
    }

    public void Do(KeyPlan plan)
    {
        Made += plan.Create is null ? 0 : 1;
        Keys = KeyBundleMaker.Apply(Zone, Keys, plan);
    }

    /// <summary>Goes on for this long; at each step plans are carried out and all caches are checked.</summary>
    public void Run(TimeSpan length, Action<KeyWorld>? each = null)
    {
        for (DateTimeOffset end = Now + length; Now < end; Now += step)
        {
            if (IsPlanning) Do(ZskRollover.Plan(Keys, policy, Now));
            each?.Invoke(this);
            var problems = new List<string>();
            ZoneKeySet? set = KeySchedule.At(Zone, Keys, policy, null, Now, problems);
            Assert.Empty(problems);
            _past.Add(set is null ? new([], [], [], [.. Parent]) : new([.. set.Published], [.. set.KeySigners], [.. set.ZoneSigners], [.. Parent]));
            Check();
        }
    }

    /// <summary>Whatever a cache may hold of the DS set, of the DNSKEY set and of data, each fetched at its own time from a server that may be behind, leads from one to the next.</summary>
    private void Check()
    {
        Moment[] keySets = Within(policy.KeyTtl + policy.Propagation), answers = Within(policy.MaxTtl + policy.Propagation), parents = Within(policy.ParentTtl + policy.Propagation);
        foreach (Moment parent in parents.Where(p => p.Parent.Length > 0))
            foreach (Moment keySet in keySets)
            {
                Assert.True(parent.Parent.Intersect(keySet.KeySigners).Any(), $"{Now:u}: a cached DS fits no key that signs a cached DNSKEY set");
                foreach (Moment answer in answers)
                    Assert.True(keySet.Published.Intersect(answer.ZoneSigners).Any(), $"{Now:u}: cached data is signed by no key of a cached DNSKEY set");
            }
    }

    /// <summary>The different states of the last <paramref name="window"/>.</summary>
    private Moment[] Within(TimeSpan window)
    {
        var different = new List<Moment>();
        for (int i = _past.Count - 1; i >= Math.Max(0, _past.Count - 1 - (int)Math.Ceiling(window / step)); i--)
            if (different.Count == 0 || !IsSame(different[^1], _past[i])) different.Add(_past[i]);
        return [.. different];
    }

    private static bool IsSame(Moment left, Moment right) => left.Published.SequenceEqual(right.Published) && left.KeySigners.SequenceEqual(right.KeySigners)
        && left.ZoneSigners.SequenceEqual(right.ZoneSigners) && left.Parent.SequenceEqual(right.Parent);
}
