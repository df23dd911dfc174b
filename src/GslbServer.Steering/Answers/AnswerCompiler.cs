using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>Works out, at each publication, the answers that follow from place and health alone, by the very walk that decides for a client. What depends on more, a weight, a
/// ramp, a drain in part, several place tables, is left to the walk.</summary>
internal sealed class AnswerCompiler
{
    /// <summary>Walks through single classes of places that one publication may cost, 10 ms or so; names beyond are answered by the walk.</summary>
    private const int WalkBudget = 1 << 16;

    private readonly SteeringTable _table;
    private readonly Dictionary<TakeKey, TakeTable?> _takes = [];
    private readonly IReadOnlyDictionary<TakeKey, TakeTable?> _takesBefore;
    private readonly List<Decision> _rows = [];
    private int _walksLeft = WalkBudget;

    /// <param name="takesBefore">As the previous publication left them.</param>
    public AnswerCompiler(SteeringTable table, IReadOnlyDictionary<TakeKey, TakeTable?>? takesBefore)
    {
        _table = table;
        _takesBefore = takesBefore ?? _takes;
    }

    /// <summary>All that this publication used.</summary>
    public IReadOnlyDictionary<TakeKey, TakeTable?> Takes => _takes;

    /// <returns>By name, IPv4 and IPv6 in turn; null for what the walk decides.</returns>
    public AnswerTable?[] Compile()
    {
        NamePlan[] plans = _table.Plan.Names;
        var answers = new AnswerTable?[2 * plans.Length];
        bool[] isWhole = new bool[2 * plans.Length];
        var compiled = new Dictionary<NameState, int>(ReferenceEqualityComparer.Instance);
        foreach (int index in _table.Plan.NestedFirst)
        {
            NameState state = _table.Names[index];
            bool isNew = compiled.TryAdd(state, index);
            for (int family = 0; family < 2; family++)
            {
                int at = (2 * index) + family;
                isWhole[at] = IsWhole(plans[index], state, isWhole, family);
                answers[at] = !isNew ? answers[(2 * compiled[state]) + family] : isWhole[at] ? Compile(plans[index], family == 1) : null;
            }
        }

        return answers;
    }

    /// <summary>Whether no target, however deep, goes to a share of the clients only.</summary>
    private static bool IsWhole(NamePlan plan, NameState state, ReadOnlySpan<bool> below, int family)
    {
        if (state.IsPartial(family == 1))
            return false;
        for (int i = 0; i <= plan.AllDownOrdinal; i++)
        {
            if (plan.TargetAt(i) is { IsName: true, Index: int nested } && !below[(2 * nested) + family])
                return false;
        }

        return true;
    }

    private AnswerTable? Compile(NamePlan plan, bool isIPv6)
    {
        if (plan.DecidedBy is not { } ranking)
            return null;
        FamilyState state = _table.Names[plan.Index].Family(isIPv6);
        if (ranking.ClassCount > 1 && !plan.Name.LocalHealthView && TakesItsFirst(plan, state, isIPv6))
        {
            return TakesOf(ranking, state.Up & plan.ExistingOf(isIPv6), plan.Name.Answers) is { } takes ? CompileTakes(plan, isIPv6, takes) : null;
        }

        if (_walksLeft < ranking.ClassCount)
            return null;
        _walksLeft -= ranking.ClassCount;
        return CompileEach(plan, isIPv6, ranking.ClassCount);
    }

    /// <summary>Whether the first <c>answers</c> targets that serve are the answer, so that classes which share them share a row: regions whose addresses all add up.</summary>
    private static bool TakesItsFirst(NamePlan plan, FamilyState state, bool isIPv6)
    {
        if (plan.Name.Answers > TakeTable.MaxAnswers)
            return false;
        EndpointPlan?[] endpoints = plan.Endpoints(isIPv6);
        for (int i = 0; i < plan.AllDownOrdinal; i++)
        {
            bool serves = (state.Up & (1UL << i)) != 0;
            if (serves && (endpoints[i] is not { } endpoint || (endpoint.IsCname ? plan.Name.Answers > 1 : state.Targets[i] is not { Serving.Length: > 0 })))
                return false;
        }

        return true;
    }

    private TakeTable? TakesOf(RankingTable ranking, ulong serving, int answers)
    {
        var key = new TakeKey(ranking, serving, answers);
        if (!_takes.TryGetValue(key, out TakeTable? takes))
            _takes.Add(key, takes = _takesBefore.TryGetValue(key, out TakeTable? before) ? before : TakeTable.Compile(ranking, serving, answers));
        return takes;
    }

    private AnswerTable CompileTakes(NamePlan plan, bool isIPv6, TakeTable takes)
    {
        _rows.Clear();
        foreach (int placeClass in takes.Examples)
            Walk(plan, isIPv6, placeClass);
        return new AnswerTable(plan, takes.TakeOfClass, CollectionsMarshal.AsSpan(_rows));
    }

    private AnswerTable? CompileEach(NamePlan plan, bool isIPv6, int classCount)
    {
        _rows.Clear();
        ushort[] rowOfClass = new ushort[classCount];
        var known = new Dictionary<string, ushort>();
        for (int placeClass = 0; placeClass < classCount; placeClass++)
        {
            Walk(plan, isIPv6, placeClass);
            string key = Convert.ToHexString(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_rows)[^1..]));
            if (known.TryGetValue(key, out rowOfClass[placeClass]))
            {
                _rows.RemoveAt(_rows.Count - 1);
                continue;
            }

            if (_rows.Count > AnswerTable.None)
                return null;
            known.Add(key, rowOfClass[placeClass] = (ushort)(_rows.Count - 1));
        }

        return new AnswerTable(plan, rowOfClass, CollectionsMarshal.AsSpan(_rows));
    }

    /// <summary>Adds a row.</summary>
    private void Walk(NamePlan plan, bool isIPv6, int placeClass)
    {
        CollectionsMarshal.SetCount(_rows, _rows.Count + 1);
        var tracer = default(NullTracer);
        var walk = default(SteeringWalk);
        walk.Begin(_table, isIPv6, placeClass);
        walk.Decide(plan.Index, ref CollectionsMarshal.AsSpan(_rows)[^1], ref tracer);
    }
}

/// <summary>Which classes take which targets follows from this.</summary>
internal readonly record struct TakeKey(RankingTable Ranking, ulong Serving, int Answers);
