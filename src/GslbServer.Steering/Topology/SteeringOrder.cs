using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Orders steered names so that nested ones come before those that use them; a loop is an error of every name on it.</summary>
internal static class SteeringOrder
{
    public static bool TrySort(ImmutableArray<SteerDraft> drafts, Problems problems, out ImmutableArray<int> nestedFirst)
        => Sort([.. drafts.Select(draft => draft.Name)], loop => Report(drafts, loop, problems), out nestedFirst);

    /// <summary>Of names that were checked: there are no loops among them.</summary>
    public static ImmutableArray<int> Sort(ImmutableArray<SteeredName> names)
    {
        Sort(names, _ => throw new ArgumentException("The names form a loop.", nameof(names)), out ImmutableArray<int> nestedFirst);
        return nestedFirst;
    }

    private static bool Sort(ImmutableArray<SteeredName> names, Action<List<int>> onLoop, out ImmutableArray<int> nestedFirst)
    {
        var order = ImmutableArray.CreateBuilder<int>(names.Length);
        var state = new State[names.Length];
        var path = new List<int>();
        bool acyclic = true;
        for (int i = 0; i < names.Length; i++)
            acyclic &= Visit(i);
        nestedFirst = order.ToImmutable();
        return acyclic;

        bool Visit(int name)
        {
            if (state[name] == State.Done)
                return true;
            if (state[name] == State.OnPath)
            {
                onLoop(path[path.IndexOf(name)..]);
                return false;
            }

            state[name] = State.OnPath;
            path.Add(name);
            bool good = true;
            foreach (int nested in NestedNames(names[name]))
                good &= Visit(nested);
            path.RemoveAt(path.Count - 1);
            state[name] = State.Done;
            order.Add(name);
            return good;
        }
    }

    /// <summary>For each name the regions it may lead to, through all names below it, each once.</summary>
    public static ImmutableArray<int>[] RegionsBelow(ImmutableArray<SteeredName> names, ImmutableArray<int> nestedFirst)
    {
        var below = new ImmutableArray<int>[names.Length];
        foreach (int name in nestedFirst)
            below[name] = [.. names[name].Targets.SelectMany(target => target.IsName ? below[target.Index] : [target.Index]).Distinct()];
        return below;
    }

    /// <summary>Targets and the <c>all-down</c> target: what answering this name may lead to.</summary>
    public static IEnumerable<int> NestedNames(SteeredName name)
    {
        IEnumerable<Target> all = name.AllDown == AllDown.Target ? name.Targets.Append(name.AllDownTarget) : name.Targets;
        return all.Where(target => target.IsName).Select(target => target.Index).Distinct();
    }

    private static void Report(ImmutableArray<SteerDraft> drafts, List<int> loop, Problems problems)
    {
        for (int i = 0; i < loop.Count; i++)
        {
            SteerDraft draft = drafts[loop[i]];
            int next = loop[(i + 1) % loop.Count];
            int ordinal = draft.Name.Targets.ToList().FindIndex(target => target.IsName && target.Index == next);
            int word = ordinal >= 0 ? draft.TargetWords[ordinal] : draft.Words.Scalar("all-down")?.Word ?? -1;
            IEnumerable<string> round = loop[i..].Concat(loop[..i]).Append(loop[i]).Select(name => drafts[name].Name.Owner);
            problems.Error(draft.Record, word, $"steered names form a loop: {string.Join(" -> ", round)}");
        }
    }

    private enum State : byte
    {
        New, OnPath, Done,
    }
}
