using System.Globalization;

namespace GslbServer.Tests.Transports;

/// <summary>The kernel itself says what it granted.</summary>
public sealed class LinuxSchedulerTests
{
    [Fact]
    public async Task Short_slices_are_those_of_the_thread_that_asked_and_of_no_other()
    {
        (ulong? before, bool isGranted, ulong? after) = await OnThreadOfItsOwnAsync(() => (Slice(), LinuxScheduler.AskForShortSlices(), Slice()));
        ulong? another = await OnThreadOfItsOwnAsync(Slice);

        // A kernel before 6.12 takes the call and knows no slices; one without debugging does not tell.
        bool isTold = isGranted && before is not null && Environment.OSVersion.Version >= new Version(6, 12);
        Assert.Equal(isTold ? 100_000 : before, after);
        Assert.Equal(before, another);
    }

    private static Task<T> OnThreadOfItsOwnAsync<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static ulong? Slice()
    {
        if (!File.Exists("/proc/thread-self/sched")) return null;
        string? line = File.ReadLines("/proc/thread-self/sched").FirstOrDefault(line => line.StartsWith("se.slice", StringComparison.Ordinal));
        return line is null ? null : ulong.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }
}
