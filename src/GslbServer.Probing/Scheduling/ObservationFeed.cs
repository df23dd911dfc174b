using System.Threading.Channels;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.Probing;

/// <summary>Tells the node what this vantage sees: the whole list each second, and soon after anything that matters. News within 40 ms travel together.</summary>
internal sealed class ObservationFeed(TimeProvider time, ILogger logger, Func<IReadOnlyList<Observation>> all, Action<IReadOnlyList<Observation>> observed)
{
    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>One wake-up carries all the news there is.</summary>
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something that must not wait for the next beat.</summary>
    public void News() => _news.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var beat = new CancellationTokenSource(Beat, time);
                using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(beat.Token, stop);
                await _news.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
                await Task.Delay(Coalesce, time, stop).ConfigureAwait(false);
                _news.Reader.TryRead(out _);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // A beat without news.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            Tell();
        }
    }

    private void Tell()
    {
        try
        {
            observed(all());
        }
        catch (Exception e)
        {
            // The receiver's bug must not end the reports for good.
            ScheduleLog.ReceiverFailed(logger, e);
        }
    }
}
