using System.Net;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>What browsers ask below <c>/.well-known/gslb/</c>: the script <c>b.js</c>, the shortest answer <c>p</c>, the report <c>r</c>. In use where <c>Balancer:Beacon</c> is enabled.</summary>
internal sealed class BeaconEndpoints(Settings settings, LatencyService latency, LatencyIntake intake, AssociationJoiner joiner, BeaconGuard guard)
{
    public const string Root = "/.well-known/gslb/";

    /// <summary>Clocks of browsers are coarse: a claim counts as impossible only when it is shorter than this share of what the kernel saw, and by more than a millisecond.</summary>
    private const double PossibleShare = 0.5, CoarsenessMs = 1;

    private readonly byte[] _script = BeaconScript.Build(settings.Options.Beacon, settings.Options.RegionLabel);
    private readonly long[] _verdicts = new long[Enum.GetValues<BeaconVerdict>().Length];

    /// <summary>Reports with this verdict since the start: for metrics.</summary>
    public long CountOf(BeaconVerdict verdict) => Volatile.Read(ref _verdicts[(int)verdict]);

    public bool IsOurs(HttpRequest request) => settings.Options.Beacon.Enabled && request.Path.StartsWithSegments("/.well-known/gslb", StringComparison.Ordinal);

    public Task WriteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["Timing-Allow-Origin"] = "*";
        response.Headers.CacheControl = "no-store";
        switch (context.Request.Path.Value, context.Request.Method)
        {
            case (Root + "p", "GET" or "HEAD"):
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case (Root + "b.js", "GET" or "HEAD"):
                return WriteScriptAsync(context);
            case (Root + "r", "POST"):
                return TakeReportAsync(context);
            case (Root + "p" or Root + "r", "OPTIONS"):
                response.Headers.AccessControlAllowMethods = "GET, POST";
                response.Headers.AccessControlAllowHeaders = "Content-Type";
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case (Root + "p" or Root + "b.js" or Root + "r", _):
                response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return Task.CompletedTask;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private Task WriteScriptAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.ContentLength = _script.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(_script, context.RequestAborted).AsTask();
    }

    private async Task TakeReportAsync(HttpContext context)
    {
        byte[] octets = new byte[BeaconReport.MaxOctets + 1];
        int length = await context.Request.Body.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, context.RequestAborted);
        BeaconVerdict verdict = BeaconReport.TryParse(octets.AsSpan(0, length), out BeaconReport? report) ? Judge(context, report) : BeaconVerdict.Malformed;
        Interlocked.Increment(ref _verdicts[(int)verdict]);
        context.Response.StatusCode = verdict switch
        {
            BeaconVerdict.Taken => StatusCodes.Status204NoContent,
            BeaconVerdict.Malformed when length > BeaconReport.MaxOctets => StatusCodes.Status413PayloadTooLarge,
            BeaconVerdict.Malformed or BeaconVerdict.Impossible => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status429TooManyRequests,
        };
    }

    private BeaconVerdict Judge(HttpContext context, BeaconReport report)
    {
        if (context.Connection.RemoteIpAddress is not IPAddress address) return BeaconVerdict.Malformed;
        ConnectionRoundTrip? connection = context.Features.Get<ConnectionRoundTrip>();
        if (connection?.TryReport() == false) return BeaconVerdict.Repeated;
        if (connection?.Milliseconds is { } ms && report.Samples.Any(sample => IsImpossible(sample, ms))) return BeaconVerdict.Impossible;
        Client client = Client.From(address);
        BeaconVerdict verdict = guard.Admit(report.Nonce, client);
        if (verdict != BeaconVerdict.Taken) return verdict;
        foreach (BeaconSample sample in report.Samples) intake.Add(new LatencySample(client, latency.Regions.IndexOf(sample.Region), sample.Ms, LatencySource.Beacon));
        if (settings.Options.Beacon.Link is not null) joiner.Add(report.Nonce, client);
        return BeaconVerdict.Taken;
    }

    private bool IsImpossible(BeaconSample sample, double connectionMs) =>
        sample.Region == settings.Options.RegionLabel && sample.Ms < connectionMs * PossibleShare && sample.Ms < connectionMs - CoarsenessMs;
}
