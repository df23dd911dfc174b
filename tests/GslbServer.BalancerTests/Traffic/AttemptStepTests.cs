using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer.Tests;

/// <summary>What a backend remembers of one attempt, in milliseconds.</summary>
public sealed class AttemptStepTests
{
    private readonly PooledCluster _cluster = new(1);

    [Fact]
    public async Task The_head_of_the_answer_counts_and_not_its_body() => Assert.Equal(20 * Math.Exp(-0.5), await CostAsync(AnswerAfter(20, body: 5000)), 1e-3);

    [Fact]
    public async Task A_WebSocket_counts_until_it_is_open() => Assert.Equal(20 / Math.E, await CostAsync(AnswerAfter(20, body: 10_000, status: 101)), 1e-3);

    [Fact]
    public async Task An_answer_that_never_came_counts_as_an_error() => Assert.Equal(1000, await CostAsync(context =>
    {
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(1));
        context.Response.StatusCode = 502;
        context.Features.Set<IForwarderErrorFeature>(new Failed(ForwarderError.Request));
        return Task.CompletedTask;
    }), 1e-3);

    [Fact]
    public async Task A_client_that_goes_at_once_counts_for_nothing()
    {
        await CostAsync(AnswerAfter(20));
        Assert.Equal(20, await CostAsync(context =>
        {
            context.Features.Set<IForwarderErrorFeature>(new Failed(ForwarderError.RequestCanceled));
            return Task.CompletedTask;
        }), 1e-3);
    }

    [Fact]
    public async Task An_upload_counts_for_nothing_and_a_small_body_does()
    {
        Assert.Equal(0, await CostAsync(AnswerAfter(9000), context => context.Request.ContentLength = 1_000_000));
        Assert.Equal(0, await CostAsync(AnswerAfter(9000), context => context.Features.Set<IHttpRequestBodyDetectionFeature>(new WithBody())));
        Assert.Equal(30, await CostAsync(AnswerAfter(30), context => context.Request.ContentLength = 1000), 1e-3);
    }

    [Fact]
    public async Task A_failure_of_the_pipeline_is_no_answer()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => CostAsync(_ => throw new InvalidOperationException()));
        Assert.Equal(0, Cost());
    }

    [Fact]
    public async Task Without_a_backend_there_is_no_attempt()
    {
        HttpContext context = _cluster.Request();
        context.GetReverseProxyFeature().AvailableDestinations = [];
        await new AttemptStep(_cluster.Traffic, _cluster.Time).RunAsync(context, _ => Task.CompletedTask);
        Assert.Null(Exchange.Of(context).Attempt);
    }

    private RequestDelegate AnswerAfter(double head, double body = 0, int status = 200) => context =>
    {
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(head));
        context.Response.StatusCode = status;
        Exchange.Of(context).Attempt?.OnFirstByte(_cluster.Time.GetTimestamp());
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(body));
        return Task.CompletedTask;
    };

    private async Task<double> CostAsync(RequestDelegate forwarder, Action<HttpContext>? change = null)
    {
        HttpContext context = _cluster.Request();
        change?.Invoke(context);
        await new AttemptStep(_cluster.Traffic, _cluster.Time).RunAsync(context, forwarder);
        return Cost();
    }

    private double Cost() => _cluster[0].Latency.Cost(AttemptLatency.Milliseconds(_cluster.Time, _cluster.Time.GetTimestamp()), 10_000);

    private sealed record Failed(ForwarderError Error) : IForwarderErrorFeature
    {
        public Exception? Exception => null;
    }

    private sealed class WithBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
