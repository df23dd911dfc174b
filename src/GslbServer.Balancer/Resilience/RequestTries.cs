using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The attempts of one request: which backends it has seen, and whether it may see another. One request, one thread at a time.</summary>
/// <remarks>It stands between YARP's forwarder and the route's transforms, where an answer can still be held back: what is to be tried again must not have begun.</remarks>
internal sealed class RequestTries : HttpTransformer, IDisposable
{
    private const string AttemptHeader = "x-gslb-attempt", Return503 = "Return503Error";

    private readonly HttpContext _context;
    private readonly Exchange _exchange;
    private readonly ResilientRequests _owner;
    private readonly TrafficTable _traffic;
    private readonly TimeProvider _time;
    private readonly ClusterSettings _settings;
    private readonly IReverseProxyFeature _feature;
    private readonly IReadOnlyList<DestinationState> _candidates;
    private readonly bool _isUpgrade, _isIdempotent, _hasBody;
    private readonly ReplayBody? _body;
    private readonly TimeSpan _deadline;
    private DestinationState? _seen;
    private List<DestinationState>? _seenBefore;
    private BackendGate? _gate;
    private bool _isProbe, _isRefused, _again, _hasDecided;
    private int _attempt = 1, _lastStatus;
    private TimeSpan _now, _wait;

    public RequestTries(HttpContext context, Exchange exchange, ResilientRequests owner, TrafficTable traffic, TimeProvider time, TimeSpan now, bool isUpgrade)
    {
        (_context, _exchange, _owner, _traffic, _time, _now, _isUpgrade) = (context, exchange, owner, traffic, time, now, isUpgrade);
        _settings = exchange.ClusterSettings;
        _feature = context.GetReverseProxyFeature();
        _candidates = _feature.AvailableDestinations;
        _isIdempotent = RetryRules.IsIdempotent(context.Request);
        _hasBody = !isUpgrade && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
        _deadline = _settings.Timeouts.Total > TimeSpan.Zero ? now + _settings.Timeouts.Total : TimeSpan.MaxValue;
        RetrySettings retry = _settings.Retry;
        if (_hasBody && _isIdempotent && retry.Max > 0 && _feature.AllDestinations.Count > 1 && (context.Request.ContentLength ?? 0) <= retry.BodyLimit)
        {
            context.Request.Body = _body = new ReplayBody(context.Request.Body, retry.BodyLimit);
        }
    }

    /// <summary>The route's transforms.</summary>
    public HttpTransformer Transforms { get; set; } = Empty;

    /// <summary>How long the head of the answer of this attempt may take, and the whole exchange from now on. Zero: no limit.</summary>
    public (TimeSpan Head, TimeSpan Whole) Limits()
    {
        TimeSpan perTry = _isUpgrade ? TimeSpan.Zero : _settings.Timeouts.OfOneTry;
        TimeSpan rest = _isUpgrade || _deadline == TimeSpan.MaxValue ? TimeSpan.Zero : Max(_deadline - Now(), TimeSpan.FromMilliseconds(1));
        return (perTry == TimeSpan.Zero || (rest > TimeSpan.Zero && rest < perTry) ? rest : perTry, rest);
    }

    /// <summary>Called when the head of the answer has come.</summary>
    public Action? OnHead { get; set; }

    /// <summary>The forwarder was stopped by our own limit.</summary>
    public Func<bool>? IsLate { get; set; }

    /// <summary>What is to be done with the request only a client of .NET can do.</summary>
    public bool NeedsClient => _settings.Retry.TellAttempt || HedgeAfter is not null;

    /// <summary>When a second backend may be asked; null: never.</summary>
    public TimeSpan? HedgeAfter => _settings.Hedge is { } hedge && hedge.After > TimeSpan.Zero && _isIdempotent && !_hasBody && !_isUpgrade ? hedge.After : null;

    /// <summary>Before the attempt at the destination that was picked.</summary>
    /// <returns>False: it takes no more; nothing was sent.</returns>
    public bool TryEnter(DestinationState picked)
    {
        if (_seen is { } before) (_seenBefore ??= []).Add(before);
        _seen = picked;
        BackendGate gate = _traffic.Of(picked).Gate;
        _isRefused = !gate.TryEnter(_settings, _now, counts: !_isUpgrade, out _isProbe);
        if (!_isRefused) _gate = gate;
        return !_isRefused;
    }

    /// <summary>After each attempt, however it ended.</summary>
    /// <param name="hasEnded">False: it threw.</param>
    public void Leave(bool hasEnded)
    {
        if (_gate is not { } gate) return;
        _gate = null;
        bool? failed = hasEnded ? ResilientRequests.HasFailed(_context) : null;
        if (gate.Leave(_settings, Now(), counts: !_isUpgrade, _isProbe, failed) is { } changed) _owner.Tell(_exchange.Cluster.Cluster.ClusterId, _seen!.DestinationId, gate.Breaker, changed);
    }

    /// <summary>After an attempt: makes everything ready for another one, if there is to be one.</summary>
    /// <param name="wait">Before it.</param>
    /// <param name="isRefused">There is none because no backend takes the request, and the client has no answer yet.</param>
    public bool TryGoOn(out TimeSpan wait, out bool isRefused)
    {
        (wait, isRefused) = (TimeSpan.Zero, false);
        if (_isRefused) return TryPickElsewhere(out isRefused);
        // Not every failure passes the transforms: none of a direct exchange, and none within the body of an answer.
        if (!_hasDecided && _context.GetForwarderErrorFeature() is not null) _again = Decide(CauseOfFailure());
        if (!_again) return false;
        (_again, _hasDecided) = (false, false);
        wait = _wait;
        _attempt++;
        _lastStatus = _context.Response.StatusCode;
        _body?.Rewind();
        return StartOver(Others());
    }

    /// <summary>What was kept of the request is given back.</summary>
    public void Dispose() => _body?.Dispose();

    /// <summary>When the first of the breakers that stand in the way admits somebody.</summary>
    public TimeSpan AdmitsIn()
    {
        TimeSpan now = Now(), first = TimeSpan.MaxValue;
        foreach (DestinationState destination in _candidates)
        {
            CircuitBreaker breaker = _traffic.Of(destination).Gate.Breaker;
            first = Min(first, breaker.State == BreakerState.Open ? breaker.OpenUntil - now : TimeSpan.Zero);
        }

        return first == TimeSpan.MaxValue ? TimeSpan.Zero : first;
    }

    /// <summary>Another backend, for a hedge: the least busy of those that this request has not seen. Takes its place at once.</summary>
    public Hedge? TryHedge()
    {
        DestinationState? least = null;
        foreach (DestinationState other in Others())
        {
            if (least is null || other.ConcurrentRequestCount < least.ConcurrentRequestCount) least = other;
        }

        if (least is null || !_exchange.Cluster.Resilience.Budget.TryWithdraw(_settings.Retry.BudgetPerSecond, Now())) return null;
        BackendGate gate = _traffic.Of(least).Gate;
        if (!gate.TryEnter(_settings, Now(), counts: true, out bool isProbe)) return null;
        _exchange.Cluster.Resilience.CountHedge();
        return new Hedge(least, failed => gate.Leave(_settings, Now(), counts: true, isProbe, failed));
    }

    /// <summary>The hedge's answer is the one that the client gets.</summary>
    public void Won(Hedge hedge)
    {
        _exchange.Cluster.Resilience.CountHedgeWon();
        _feature.ProxiedDestination = hedge.Destination;
    }

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken) =>
        _settings.Retry.TellAttempt
            ? TransformAndTellAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken)
            : Transforms.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

    /// <summary>The answer at hand is not the client's.</summary>
    public bool IsHeldBack => _again;

    /// <summary>The head of an answer has come.</summary>
    /// <returns>True: another backend is asked instead, and the client must see nothing of this answer.</returns>
    public bool HoldsBack(int status, bool hasRetryAfter)
    {
        OnHead?.Invoke();
        OnAnswer(status);
        return _again = !_isUpgrade && Decide(RetryRules.Cause(ForwarderError.None, null, status, hasRetryAfter));
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        bool isHeld = proxyResponse is not null
            ? HoldsBack((int)proxyResponse.StatusCode, proxyResponse.Headers.NonValidated.Contains("Retry-After"))
            : _again = !_isUpgrade && Decide(CauseOfFailure());
        return isHeld ? new(false) : Transforms.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        Transforms.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);

    private async ValueTask TransformAndTellAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await Transforms.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Remove(AttemptHeader);
        proxyRequest.Headers.TryAddWithoutValidation(AttemptHeader, _attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private void OnAnswer(int status)
    {
        _exchange.Attempt?.OnFirstByte(_time.GetTimestamp());
        if (!_isProbe || GatewayErrorRun.IsGatewayStatus(status)) return;
        _isProbe = false;
        if (_gate!.Answered(_settings, Now())) _owner.Tell(_exchange.Cluster.Cluster.ClusterId, _seen!.DestinationId, _gate.Breaker, BreakerState.Closed);
    }

    private RetryCause CauseOfFailure()
    {
        if (IsLate?.Invoke() ?? false) return RetryCause.TimedOut;
        IForwarderErrorFeature? failure = _context.GetForwarderErrorFeature();
        return RetryRules.Cause(failure?.Error ?? ForwarderError.None, failure?.Exception, 0, hasRetryAfter: false);
    }

    /// <summary>Whether there is another attempt after this; if so, it is paid for.</summary>
    private bool Decide(RetryCause cause)
    {
        if (cause == RetryCause.None || _hasDecided) return _again;
        _hasDecided = true;
        RetrySettings retry = _settings.Retry;
        if (_attempt > retry.Max || _context.Response.HasStarted || _context.RequestAborted.IsCancellationRequested) return false;
        bool canReplay = !_hasBody || _body is { CanReplay: true };
        if (!RetryRules.Allows(cause, _isIdempotent, canReplay)) return false;
        TimeSpan wait = Backoff.BeforeRetry(_attempt, retry.BackoffBase, retry.BackoffMax, _owner.Random.NextDouble()), now = Now();
        if (_deadline - wait <= now || Others().Length == 0) return false;
        ClusterResilience cluster = _exchange.Cluster.Resilience;
        if (!cluster.Budget.TryWithdraw(retry.BudgetPerSecond, now))
        {
            cluster.CountDenied();
            return false;
        }

        cluster.CountRetry();
        _wait = wait;
        return true;
    }

    private bool TryPickElsewhere(out bool isRefused)
    {
        _isRefused = false;
        DestinationState[] others = Others();
        isRefused = others.Length == 0 && _lastStatus == 0;
        if (others.Length > 0) return StartOver(others);
        // What the attempts before came to is all there is to tell.
        if (_lastStatus != 0) _context.Response.StatusCode = _lastStatus;
        return false;
    }

    private bool StartOver(DestinationState[] others)
    {
        _now = Now();
        _context.Features.Set<IForwarderErrorFeature>(null);
        _context.Response.StatusCode = StatusCodes.Status200OK;
        if (_context.Features.Get<IHttpResponseFeature>() is { } response) response.ReasonPhrase = null;
        _feature.ProxiedDestination = null;
        _feature.AvailableDestinations = others;
        return true;
    }

    /// <summary>Backends that this request has not seen and that take another. One that session affinity chose is left for others, unless its failure policy says 503.</summary>
    private DestinationState[] Others()
    {
        DestinationState[] others = Others(_candidates);
        bool isBound = _feature.Cluster.Config.SessionAffinity is { Enabled: true, FailurePolicy: Return503 };
        return others.Length > 0 || isBound ? others : Others(_exchange.Cluster.Cluster.DestinationsState.AvailableDestinations);
    }

    private DestinationState[] Others(IReadOnlyList<DestinationState> of)
    {
        TimeSpan now = Now();
        return [.. of.Where(other => other != _seen && !(_seenBefore?.Contains(other) ?? false) && _traffic.Of(other).Gate.Admits(_settings, now))];
    }

    private TimeSpan Now() => _time.GetElapsedTime(0);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
