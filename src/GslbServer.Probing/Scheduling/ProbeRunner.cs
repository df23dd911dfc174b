using System.Globalization;
using System.Net;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>Makes one probe of one watch within its timeout, whatever the probe does.</summary>
internal sealed class ProbeRunner(Func<CheckKind, IProbe> probes, HostAddresses hosts, TimeProvider time)
{
    /// <summary>A probe that does not heed its cancellation is left to itself this long after its deadline.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    /// <summary>Deadlines that come later than this tell of this process, not of the endpoint: 3 s of garbage collection must not kill a region.</summary>
    private static readonly TimeSpan OverdueFrom = TimeSpan.FromMilliseconds(500);

    private const int AddressesTried = 4;

    /// <param name="Overdue">How much too late the deadline was noticed; when positive the failure does not count.</param>
    /// <param name="LackedMeans">This process had no descriptor or buffer left to ask with: says nothing of the endpoint either.</param>
    internal readonly record struct Run(ProbeResult Result, TimeSpan? RoundTrip, TimeSpan Overdue, bool LackedMeans = false);

    /// <exception cref="OperationCanceledException">Only for <paramref name="stop"/>.</exception>
    public async Task<Run> RunAsync(Watch.Definition what, TimeSpan timeout, CancellationToken stop)
    {
        long start = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout, time);
        using CancellationTokenRegistration stopping = stop.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), deadline);
        ProbeAttempt? attempt = null;
        ProbeResult result;
        try
        {
            if (what.Monitor.Address is { } address)
            {
                attempt = Attempt(what, address, timeout);
                result = await FencedAsync(attempt, timeout, deadline).ConfigureAwait(false);
            }
            else
            {
                string host = what.Monitor.HostName ?? "";
                IReadOnlyList<IPAddress> addresses = await hosts.OfAsync(host, deadline.Token).ConfigureAwait(false);
                result = addresses.Count > 0 ? default : ProbeResult.Bad($"{host} has no address");
                // Each address gets an equal share of what is left, so that a dead first one does not hide a living second.
                for (int i = 0, count = Math.Min(addresses.Count, AddressesTried); i < count && !result.Success; i++)
                {
                    TimeSpan share = (timeout - time.GetElapsedTime(start)) / (count - i);
                    if (share <= TimeSpan.Zero)
                        break;
                    attempt = Attempt(what, addresses[i], share);
                    result = await ShareAsync(attempt, share, stop).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            stop.ThrowIfCancellationRequested();
            TimeSpan overdue = time.GetElapsedTime(start) - timeout - OverdueFrom;
            return new(TimedOut(timeout, attempt?.Stage ?? $"resolving {what.Monitor.HostName}"), attempt?.RoundTrip, overdue > TimeSpan.Zero ? overdue + OverdueFrom : TimeSpan.Zero);
        }
        catch (Exception e)
        {
            stop.ThrowIfCancellationRequested();
            result = ProbeResult.Bad(attempt is null ? $"cannot resolve {what.Monitor.HostName}: {FailureText.Of(e)}" : FailureText.Of(e, attempt));
            return new(result, attempt?.RoundTrip, TimeSpan.Zero, FailureText.IsLackOfMeans(e));
        }
        return new(result, attempt?.RoundTrip, TimeSpan.Zero);
    }

    private ProbeAttempt Attempt(Watch.Definition what, IPAddress address, TimeSpan timeout) =>
        new(what.Check, address, what.Monitor.HostName, what.Region, timeout, time);

    /// <summary>The fence is not tied to the end of the node: waiting would end first, and take the registration away that is to cancel the probe itself.</summary>
    private async Task<ProbeResult> FencedAsync(ProbeAttempt attempt, TimeSpan timeout, CancellationTokenSource deadline)
    {
        Task<ProbeResult> probe = probes(attempt.Check.Kind).ProbeAsync(attempt, deadline.Token);
        try
        {
            return probe.IsCompleted ? await probe.ConfigureAwait(false) : await probe.WaitAsync(timeout + Grace, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // After a stall both timers are due, and the fence's may be first: then nothing but this tells the probe, which may hold a program that hangs.
            await deadline.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ProbeResult> ShareAsync(ProbeAttempt attempt, TimeSpan share, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(share, time);
        using CancellationTokenRegistration stopping = stop.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), deadline);
        try
        {
            return await FencedAsync(attempt, share, deadline).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested && !FailureText.IsLackOfMeans(e))
        {
            return e is OperationCanceledException or TimeoutException ? TimedOut(share, attempt.Stage) : ProbeResult.Bad(FailureText.Of(e, attempt));
        }
    }

    private static ProbeResult TimedOut(TimeSpan timeout, string stage) =>
        ProbeResult.Bad(string.Create(CultureInfo.InvariantCulture, $"timeout after {timeout.TotalMilliseconds:0} ms {stage}"));
}
