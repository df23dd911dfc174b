using System.Net;
using System.Net.Sockets;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Checks one destination again and again, and looks its name up if it has one.</summary>
internal static class L4Checks
{
    /// <param name="first">The listener's settings may not be in force yet when its first check begins.</param>
    public static async Task RunAsync(L4Listener listener, string pool, L4Target target, L4Settings first, CancellationToken stop)
    {
        await Task.Yield();
        L4Settings settings = first;
        try
        {
            while (true)
            {
                await ResolveAsync(target, settings.Check.Timeout, listener.Time, stop);
                if (settings.IsChecked) await CheckAsync(listener, pool, target, settings, stop);
                else target.Forget();
                await Task.Delay(settings.Check.Interval, listener.Time, stop);
                settings = listener.InForce.Settings;
            }
        }
        catch (OperationCanceledException)
        {
            // The destination is gone.
        }
    }

    private static async Task CheckAsync(L4Listener listener, string pool, L4Target target, L4Settings settings, CancellationToken stop)
    {
        string? problem = target.NextEndPoint() is { } endPoint ? await ProblemAsync(endPoint, settings, listener.Time, stop) : $"{target.Address.Host} has no address";
        (DestinationHealth before, DestinationHealth after) = target.Judge(problem is null, settings.Check);
        if (before == after) return;
        Log.HealthChanged(listener.Logger, after == DestinationHealth.Healthy ? LogLevel.Information : LogLevel.Warning, pool, target.Name, before, after, problem ?? "it answers");
    }

    /// <summary>One check.</summary>
    /// <returns>Null if all is well.</returns>
    public static async Task<string?> ProblemAsync(IPEndPoint endPoint, L4Settings settings, TimeProvider time, CancellationToken stop)
    {
        L4CheckSettings check = settings.Check;
        bool isUdp = settings.IsUdp && check.Port is null;
        using var limit = new CancellationTokenSource(check.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var socket = new Socket(endPoint.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(check.Port is { } port ? new IPEndPoint(endPoint.Address, port) : endPoint, either.Token);
            if (check.Send is { } send) await socket.SendAsync(Payload.Parse(send), SocketFlags.None, either.Token);
            if (!isUdp && check.Expect is null) return null;
            return await AnswersAsync(socket, Payload.Parse(check.Expect ?? ""), isUdp, either.Token) ? null : "another answer than expected";
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    private static async Task<bool> AnswersAsync(Socket socket, byte[] expected, bool isUdp, CancellationToken cancel)
    {
        byte[] answer = new byte[Math.Max(expected.Length, 1500)];
        int have = 0;
        do
        {
            int read = await socket.ReceiveAsync(answer.AsMemory(have), SocketFlags.None, cancel);
            have += read;
            if (read == 0 && !isUdp) break;
            int common = Math.Min(have, expected.Length);
            if (!answer.AsSpan(0, common).SequenceEqual(expected.AsSpan(0, common))) return false;
        }
        while (!isUdp && have < expected.Length);
        return have >= expected.Length;
    }

    /// <summary>What was found last stays where a look-up fails.</summary>
    private static async Task ResolveAsync(L4Target target, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        if (target.Address.Literal is not null) return;
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            target.Resolved(await Dns.GetHostAddressesAsync(target.Address.Host, either.Token));
        }
        catch (SocketException)
        {
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
        }
    }
}
