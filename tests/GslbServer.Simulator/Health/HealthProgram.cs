using System.Globalization;

namespace GslbServer.Simulator;

/// <summary><c>health --seed N [--days N] [--json]</c>.</summary>
internal static class HealthProgram
{
    /// <returns>0, 1 when a goal is missed, 2 for arguments that are not understood.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        ulong seed = 1;
        double days = 7;
        bool asJson = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seed" when i + 1 < args.Length && ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                    i++;
                    break;
                case "--days" when i + 1 < args.Length && double.TryParse(args[i + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out days) && days > 0:
                    i++;
                    break;
                case "--json":
                    asJson = true;
                    break;
                default:
                    Console.Error.WriteLine($"\"{args[i]}\" is not understood. Usage: health --seed N [--days N] [--json]");
                    return 2;
            }
        }

        HealthFigures figures = HealthFigures.Measure(seed, days, deaths: 1000);
        if (asJson)
        {
            Console.WriteLine(figures.ToJson());
        }
        else
        {
            foreach ((string what, string value, string goal, bool met) in figures.Goals())
                Console.WriteLine($"{(met ? "met   " : "MISSED")} {what}: {value} (goal {goal})");
            Console.WriteLine($"one merge: {figures.Merge5000X3Milliseconds:0.0} ms for 5,000 monitors x 3 vantages, {figures.Merge10000X20Milliseconds:0.0} ms for 10,000 divided among 20");
        }

        return figures.Goals().All(goal => goal.Met) ? 0 : 1;
    }
}
