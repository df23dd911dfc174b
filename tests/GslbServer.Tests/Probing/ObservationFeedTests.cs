using GslbServer.Probing;
using GslbServer.Steering;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Probing;

public sealed class ObservationFeedTests
{
    [Fact]
    public async Task News_travel_together_after_40_ms_and_without_news_a_report_comes_each_second()
    {
        var time = new FakeTime();
        using var stop = new CancellationTokenSource();
        using var told = new SemaphoreSlim(0);
        var feed = new ObservationFeed(time, NullLogger.Instance, () => [new("a", Verdict.Up, 1, 0, "fine")], _ => told.Release());
        feed.News();
        Task running = Task.Run(() => feed.RunAsync(stop.Token));

        await time.UntilWaitingAsync(TimeSpan.FromMilliseconds(40));
        feed.News();
        feed.News();
        Assert.Equal(0, told.CurrentCount);
        time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(30)));

        for (int beat = 0; beat < 3; beat++)
        {
            await time.UntilWaitingAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(0, told.CurrentCount); // the other news were in the first report
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(30)));
        }
        await stop.CancelAsync();
        await running;
    }
}
