using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;

namespace GslbServer.Balancer;

/// <summary>The WebSockets that are open through this balancer, so that they can be told when it leaves: over HTTP/1.1 (Upgrade) and HTTP/2 (extended CONNECT).</summary>
internal sealed class WebSocketDrain(TimeProvider time)
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<WebSocketStream, byte> _open = [];
    private volatile bool _isOver;

    public int Open => _open.Count;

    /// <summary>Middleware before YARP, which asks the features that are put here.</summary>
    public Task OnRequest(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && IsWebSocket(context.Request.Headers.Upgrade))
        {
            var opening = new Upgrade(this, upgrade);
            context.Features.Set<IHttpUpgradeFeature>(opening);
            return RunAsync(context, opening, next);
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect && IsWebSocket(connect.Protocol))
        {
            var opening = new ExtendedConnect(this, connect);
            context.Features.Set<IHttpExtendedConnectFeature>(opening);
            return RunAsync(context, opening, next);
        }

        return next(context);
    }

    /// <summary>Tells all that are open, one after the other over a time, and those that come later at once.</summary>
    public async Task LeaveAsync(TimeSpan over, CancellationToken now)
    {
        WebSocketStream[] all = [.. _open.Keys];
        long start = time.GetTimestamp();
        for (int told = 0; told < all.Length;)
        {
            TimeSpan passed = time.GetElapsedTime(start);
            int due = passed >= over || now.IsCancellationRequested ? all.Length : Math.Max(1, (int)(all.Length * (passed / over)));
            for (; told < due; told++) _ = all[told].LeaveAsync();
            if (told < all.Length) await Task.WhenAny(Task.Delay(Turn, time, now));
        }

        _isOver = true;
        foreach (WebSocketStream late in _open.Keys) _ = late.LeaveAsync();
    }

    private async Task RunAsync(HttpContext context, Opening opening, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (opening.Stream is { } stream) _open.TryRemove(stream, out _);
        }
    }

    private WebSocketStream Add(Stream opened)
    {
        var stream = new WebSocketStream(opened);
        _open[stream] = 0;
        if (_isOver) _ = stream.LeaveAsync();
        return stream;
    }

    private static bool IsWebSocket(string? protocol) => string.Equals(protocol, "websocket", StringComparison.OrdinalIgnoreCase);

    private abstract class Opening
    {
        /// <summary>Null until YARP has opened it.</summary>
        public WebSocketStream? Stream { get; protected set; }
    }

    private sealed class Upgrade(WebSocketDrain drain, IHttpUpgradeFeature inner) : Opening, IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Stream = drain.Add(await inner.UpgradeAsync());
    }

    private sealed class ExtendedConnect(WebSocketDrain drain, IHttpExtendedConnectFeature inner) : Opening, IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => Stream = drain.Add(await inner.AcceptAsync());
    }
}
