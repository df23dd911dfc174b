using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The step of the pipeline that decides whether a request is logged, and gathers what is. Outermost of the steps, so that it sees the end of all others.</summary>
internal sealed class AccessStep(AccessLog log, TimeProvider time)
{
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        Exchange exchange = Exchange.Of(context);
        return exchange.Settings.Options.AccessLog is { Path.Length: > 0 } settings ? LogAsync(context, next, exchange, settings) : next(context);
    }

    private async Task LogAsync(HttpContext context, RequestDelegate next, Exchange exchange, AccessLogSettings settings)
    {
        var answer = new Answer(context, time);
        var body = new CountingBody(context);
        try
        {
            await next(context);
        }
        finally
        {
            TimeSpan duration = time.GetElapsedTime(answer.Began);
            bool isAlways = (settings.Errors && (context.Response.StatusCode >= StatusCodes.Status500InternalServerError || exchange.Refusal != Refusal.None)) || duration >= settings.SlowerThan;
            if (isAlways || Sampling.Takes(settings.Sample)) log.Add(Entry(context, exchange, answer, body.Octets, duration, settings.Query));
        }
    }

    private AccessEntry Entry(HttpContext context, Exchange exchange, Answer answer, long octets, TimeSpan duration, bool withQuery)
    {
        HttpRequest request = context.Request;
        string path = request.PathBase.Value + request.Path.Value;
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        return new AccessEntry(time.GetUtcNow() - duration, exchange.ClientAddress, request.Method, request.Scheme, request.Host.Value ?? "", withQuery ? path + request.QueryString.Value : path, request.Protocol,
            exchange.Route.RouteId, exchange.Cluster.Cluster.ClusterId, proxy.ProxiedDestination?.DestinationId, context.Response.StatusCode, octets, duration.TotalMilliseconds,
            (answer.FirstByte is { } at ? time.GetElapsedTime(answer.Began, at) : duration).TotalMilliseconds, exchange.Attempts, Activity.Current?.TraceId.ToHexString() ?? exchange.TraceId,
            context.Features.Get<ITlsHandshakeFeature>()?.Protocol, exchange.Refusal);
    }

    /// <summary>When a request came, and when its answer began.</summary>
    private sealed class Answer
    {
        private readonly TimeProvider _time;

        public Answer(HttpContext context, TimeProvider time)
        {
            (_time, Began) = (time, time.GetTimestamp());
            context.Response.OnStarting(static state => ((Answer)state).Start(), this);
        }

        public long Began { get; }

        public long? FirstByte { get; private set; }

        private Task Start()
        {
            FirstByte = _time.GetTimestamp();
            return Task.CompletedTask;
        }
    }
}
