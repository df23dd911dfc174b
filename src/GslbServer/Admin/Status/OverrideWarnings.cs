using GslbServer.Steering;

namespace GslbServer;

/// <summary>What an operator should know of overrides, and of regions that wait for one.</summary>
internal static class OverrideWarnings
{
    /// <param name="known">In force or scheduled.</param>
    public static IEnumerable<string> Of(SteeringTable steering, IReadOnlyList<OverrideView> known, IReadOnlyList<HeldStatus> held)
    {
        foreach (OverrideView value in known)
        {
            string what = $"{value.Target} is under \"{value.State}\" by {value.Owner}";
            if (StatusBuilder.IsOld(value))
            {
                yield return $"{what} for {Durations.FormatAge(TimeSpan.FromSeconds(value.AgeSeconds))}, without an end";
            }

            if (value.Phase == "no-target")
            {
                yield return $"{what}, and no zone has it any more: it does nothing (gslb undrain {value.Target})";
            }
            else if (value.Forced)
            {
                yield return $"{what} by force: it does not stand aside where nothing else serves";
            }

            if (value.StandsAsideAt.Count > 0)
            {
                yield return $"{value.State} of {value.Target} by {value.Owner} stands aside at {Names(value.StandsAsideAt)}: nothing else serves there, and it was not forced";
            }

            if (value.MissingOn.Count > 0)
            {
                yield return $"{value.State} of {value.Target} is not in force on {string.Join(", ", value.MissingOn)}";
            }
        }

        foreach (IGrouping<OperatorOverride, KeptOut> one in KeptOut.All(steering).GroupBy(kept => kept.By.Override))
        {
            string[] names = [.. one.Select(kept => kept.Name)];
            yield return $"{Names(names)} {(names.Length == 1 ? "has" : "have")} nothing that serves but {one.Key.Target}, which {one.Key.Owner} keeps out"
                + $"{(one.Key.Forced ? " by force" : "")} (gslb undrain {one.Key.Target})";
        }

        foreach (HeldStatus one in held)
        {
            yield return $"{one.Region} recovered {Durations.FormatAge(TimeSpan.FromSeconds(one.SinceSeconds))} ago and waits at {Names(one.Names)} (failback=manual): {one.Command}";
        }
    }

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
}
