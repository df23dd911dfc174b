using System.Threading.Channels;

namespace GslbServer.State;

/// <summary>Wakes one waiting loop; calls while it is busy become one. Never blocks the caller, so it may be called from a Redis callback.</summary>
internal sealed class Wakeup
{
    private readonly Channel<bool> _calls =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Call() => _calls.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancel) => await _calls.Reader.ReadAsync(cancel).ConfigureAwait(false);

    /// <summary>A round for each call, until stopped.</summary>
    public async Task LoopAsync(Func<CancellationToken, Task> round, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await WaitAsync(stopping).ConfigureAwait(false);
                await round(stopping).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Cancelled, or what was just being tried failed: neither may keep the node from stopping.
        }
    }
}
