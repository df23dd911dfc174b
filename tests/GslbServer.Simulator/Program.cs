using System.Globalization;
using GslbServer.Simulator;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["health", ..])
    return HealthProgram.Run(args.AsSpan(1));
ulong seed = 1;
bool isHard = false, asJson = false;
string? plot = null;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seed" when i + 1 < args.Length && ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        case "--plot" when i + 1 < args.Length:
            plot = args[++i];
            break;
        case "--hard":
            isHard = true;
            break;
        case "--json":
            asJson = true;
            break;
        default:
            Console.Error.WriteLine($"\"{args[i]}\" is not understood. Usage: --seed N [--hard] [--json] [--plot FILE.svg], or: health --seed N [--days N] [--json]");
            return 2;
    }
}

Figures figures = Figures.Measure(seed, isHard, prefixes: 3000, withCost: true);
(string What, string Value, string Goal, bool Met)[] goals = [.. figures.Goals()];
if (plot is not null)
    File.WriteAllText(plot, RegretPlot.Draw(figures));
if (asJson)
{
    Console.WriteLine(FiguresJson.Write(figures));
}
else
{
    Console.WriteLine($"seed {seed}{(isHard ? ", hard" : "")}: geography alone {figures.Geo.Within:0.00} %, mean regret {figures.Geo.MeanRegret:0.00} ms");
    foreach (Accuracy accuracy in figures.ByNumber)
        Console.WriteLine($"  {accuracy.Samples,2} samples: {accuracy.Within:0.00} %, mean regret {accuracy.MeanRegret:0.00} ms; without Client Subnet {accuracy.NoSubnet:0.00} % (at most {accuracy.NoSubnetBest:0.00}), {accuracy.NoSubnetGap:0.00} % above the least");
    foreach ((string what, string value, string goal, bool met) in goals)
        Console.WriteLine($"{(met ? "met   " : "MISSED")} {what}: {value} (goal {goal})");
    Console.WriteLine($"step: {figures.StepAffected:0.0%} of traffic affected, {figures.StepIn15Minutes:0.0} % moved in 15 min; deciding 200,000 x 8: {figures.Cost?.DecideMs:0} ms CPU, {figures.Cost?.MapOctets / 1048576.0:0.0} MiB");
}

return goals.All(goal => goal.Met) ? 0 : 1;
