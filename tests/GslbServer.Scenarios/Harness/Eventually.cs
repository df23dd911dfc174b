using System.Diagnostics;

namespace GslbServer.Scenarios.Harness;

/// <summary>Waits for a condition of the outside world. The deadlines are generous: they bound a broken run and measure nothing.</summary>
public static class Eventually
{
    /// <summary>Enough for a program to start on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer is true.</summary>
    /// <param name="failure">Text of the exception, made when the time is over.</param>
    /// <exception cref="TimeoutException">Not true within <paramref name="deadline"/>.</exception>
    public static Task TrueAsync(Func<bool> condition, Func<string> failure, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), failure, deadline);

    /// <inheritdoc cref="TrueAsync(Func{bool}, Func{string}, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> failure, TimeSpan? deadline = null)
    {
        TimeSpan limit = deadline ?? Deadline;
        var time = Stopwatch.StartNew();
        while (!await condition())
        {
            if (time.Elapsed > limit) throw new TimeoutException($"after {limit.TotalSeconds:0.#} s: {failure()}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Asks until the value is accepted, and returns it.</summary>
    /// <param name="value">May throw <see cref="HttpRequestException"/> or <see cref="IOException"/> while nothing listens yet.</param>
    /// <exception cref="TimeoutException">Says the last value.</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T>> value, Func<T, bool> accepted, TimeSpan? deadline = null)
    {
        T? last = default;
        string seen = "nothing";
        await TrueAsync(async () =>
        {
            try
            {
                last = await value();
                seen = $"{last}";
                return accepted(last);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
            {
                seen = error.Message;
                return false;
            }
        }, () => $"not as expected, last seen: {seen}", deadline);
        return last ?? throw new InvalidOperationException("accepted null");
    }
}
