using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GslbServer.Tests;

/// <summary>Waits for a condition of something that works in the background, with a deadline that only a failure reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task<TimeSpan> True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Deadline, $"not within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(10);
        }

        return watch.Elapsed;
    }
}
