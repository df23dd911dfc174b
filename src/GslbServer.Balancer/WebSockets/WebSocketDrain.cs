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
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && IsWebSocket(context.Request.Headers.Upgrade)) return UpgradeAsync(context, upgrade, next);
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect && IsWebSocket(connect.Protocol)) return ConnectAsync(context, connect, next);
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

    private async Task UpgradeAsync(HttpContext context, IHttpUpgradeFeature inner, RequestDelegate next)
    {
        var feature = new Upgrade(this, inner);
        context.Features.Set<IHttpUpgradeFeature>(feature);
        try
        {
            await next(context);
        }
        finally
        {
            Remove(feature.Stream);
        }
    }

    private async Task ConnectAsync(HttpContext context, IHttpExtendedConnectFeature inner, RequestDelegate next)
    {
        var feature = new ExtendedConnect(this, inner);
        context.Features.Set<IHttpExtendedConnectFeature>(feature);
        try
        {
            await next(context);
        }
        finally
        {
            Remove(feature.Stream);
        }
    }

    private WebSocketStream Add(Stream opened)
    {
        var stream = new WebSocketStream(opened);
        _open[stream] = 0;
        if (_isOver) _ = stream.LeaveAsync();
        return stream;
    }

    private void Remove(WebSocketStream? stream)
    {
        if (stream is not null) _open.TryRemove(stream, out _);
    }

    private static bool IsWebSocket(string? protocol) => string.Equals(protocol, "websocket", StringComparison.OrdinalIgnoreCase);

    private sealed class Upgrade(WebSocketDrain drain, IHttpUpgradeFeature inner) : IHttpUpgradeFeature
    {
        public WebSocketStream? Stream { get; private set; }

        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Stream = drain.Add(await inner.UpgradeAsync());
    }

    private sealed class ExtendedConnect(WebSocketDrain drain, IHttpExtendedConnectFeature inner) : IHttpExtendedConnectFeature
    {
        public WebSocketStream? Stream { get; private set; }

        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => Stream = drain.Add(await inner.AcceptAsync());
    }
}
