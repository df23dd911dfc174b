namespace GslbServer;

/// <summary>The seconds since 1970, looked at once a second: queries read it from memory and never ask the system.</summary>
public sealed class CoarseClock(TimeProvider time)
{
    private uint _seconds = Read(time);

    /// <summary>Wraps in 2106, as the time of a cookie does (RFC 9018 section 4.3).</summary>
    public uint Seconds => Volatile.Read(ref _seconds);

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Volatile.Write(ref _seconds, Read(time));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static uint Read(TimeProvider time) => (uint)time.GetUtcNow().ToUnixTimeSeconds();
}
