using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>YARP's forwarder with the limits of one attempt around it, and <see cref="RequestTries"/> between it and the route's transforms.</summary>
internal sealed class AttemptForwarder(IHttpForwarder forwarder, TimeProvider time) : IHttpForwarder
{
    public ValueTask<ForwarderError> SendAsync(HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, context.RequestAborted);

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        if (context.Features.Get<Exchange>()?.Tries is not { } tries) return forwarder.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);
        tries.Transforms = transformer;
        if (tries.HedgeAfter is { } after) httpClient = new HedgingInvoker(httpClient, tries, destinationPrefix, after, time);
        (TimeSpan head, TimeSpan rest) = tries.Limits();
        return head == TimeSpan.Zero
            ? forwarder.SendAsync(context, destinationPrefix, httpClient, requestConfig, tries, cancellationToken)
            : WithinAsync(head, rest, tries, context, destinationPrefix, httpClient, requestConfig, cancellationToken);
    }

    private async ValueTask<ForwarderError> WithinAsync(
        TimeSpan head, TimeSpan rest, RequestTries tries, HttpContext context, string prefix, HttpMessageInvoker client, ForwarderRequestConfig config, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(head, time);
        using CancellationTokenRegistration stopped = cancellationToken.UnsafeRegister(static late => ((CancellationTokenSource)late!).Cancel(), late);
        long start = time.GetTimestamp();
        tries.IsLate = () => late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
        tries.OnHead = () => late.CancelAfter(rest == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : Left(rest, start));
        ForwarderError error = await forwarder.SendAsync(context, prefix, client, config, tries, late.Token);
        bool isLate = tries.IsLate() && error is ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled;
        (tries.IsLate, tries.OnHead) = (null, null);
        if (!isLate) return error;
        // YARP takes our limit for somebody's change of mind; to the client and to the checks the backend was too slow.
        context.Features.Set<IForwarderErrorFeature>(new Late());
        if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        return ForwarderError.RequestTimedOut;
    }

    private TimeSpan Left(TimeSpan rest, long start)
    {
        TimeSpan left = rest - time.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed class Late : IForwarderErrorFeature
    {
        public ForwarderError Error => ForwarderError.RequestTimedOut;

        public Exception Exception { get; } = new TimeoutException("the backend took longer than Balancer:Clusters:NAME:Timeouts allows");
    }
}
