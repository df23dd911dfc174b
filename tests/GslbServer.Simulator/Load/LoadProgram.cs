using System.Globalization;
using System.Text.Json;

namespace GslbServer.Simulator;

/// <summary><c>load --seed N [--json]</c>: does a hot region settle, and what does that cost.</summary>
internal static class LoadProgram
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns>0, 1 when a goal is missed, 2 for arguments that are not understood.</returns>
    public static int Run(string[] args)
    {
        ulong seed = 1;
        bool asJson = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seed" when i + 1 < args.Length && ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                    i++;
                    break;
                case "--json":
                    asJson = true;
                    break;
                default:
                    Console.Error.WriteLine($"\"{args[i]}\" is not understood. Usage: load --seed N [--json]");
                    return 2;
            }
        }

        IReadOnlyList<LoadFigures> figures = LoadFigures.Measure(seed, prefixes: 3000);
        (string What, string Value, string Goal, bool Met)[] goals = [.. figures.SelectMany(one => one.Goals())];
        Console.WriteLine(asJson ? Json(seed, figures, goals) : Text(figures, goals));
        return goals.All(goal => goal.Met) ? 0 : 1;
    }

    private static string Text(IReadOnlyList<LoadFigures> figures, (string What, string Value, string Goal, bool Met)[] goals)
    {
        IEnumerable<string> lines = goals.Select(goal => $"{(goal.Met ? "met   " : "MISSED")} {goal.What}: {goal.Value} (goal {goal.Goal})")
            .Concat(figures.Select(one => $"{one.Scenario}: +{one.RttCostMs:0.00} ms mean round trip; prices at the end {string.Join(' ', one.Prices.Select(price => $"{price:0.#}"))} ms; answers compiled {one.Compiled} times"));
        return string.Join('\n', lines);
    }

    private static string Json(ulong seed, IReadOnlyList<LoadFigures> figures, (string What, string Value, string Goal, bool Met)[] goals) => JsonSerializer.Serialize(new
    {
        seed,
        scenarios = figures.Select(one => new
        {
            scenario = one.Scenario,
            settledSeconds = double.IsFinite(one.SettledAfter) ? one.SettledAfter : (double?)null,
            utilisation = Math.Round(one.Last, 3),
            peakLater = Math.Round(one.PeakLater, 3),
            moved = Math.Round(one.Moved, 4),
            rttCostMs = Math.Round(one.RttCostMs, 3),
            pricesMs = one.Prices,
        }),
        missed = goals.Where(goal => !goal.Met).Select(goal => goal.What),
    }, Indented);
}
