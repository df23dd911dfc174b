using System.Net;
using System.Net.WebSockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class WebSocketDrainTests
{
    [Theory]
    [InlineData("Http1")]
    [InlineData("Http2")]
    public async Task At_SIGTERM_both_sides_of_a_WebSocket_are_told_to_go_and_nothing_is_broken_off(string protocol)
    {
        await using Backend one = await Backend.StartAsync("one");
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one],
            balancer: "\"DrainWait\": 0, \"DrainLimit\": \"10m\", \"DrainWebSockets\": 0",
            root: $$""" "Kestrel": { "Endpoints": { "web": { "Url": "http://127.0.0.1:{{port}}", "Protocols": "{{protocol}}" } } } """));
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = protocol == "Http2" ? HttpVersion.Version20 : HttpVersion.Version11;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/echo"), invoker, CancellationToken.None);
        byte[] buffer = new byte[100];
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Assert.Equal(5, (await client.ReceiveAsync(buffer, CancellationToken.None)).Count);

        balancer.Process.Send(Signal.Term);
        using var limit = new CancellationTokenSource(Eventually.Deadline);
        WebSocketReceiveResult last = await client.ReceiveAsync(buffer, limit.Token);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, last.CloseStatus);
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, limit.Token);

        Assert.Equal(0, await balancer.Process.WaitForExitAsync());
        Assert.Equal((int)WebSocketCloseStatus.EndpointUnavailable, one.LastClose);
        await balancer.Process.WaitForLineAsync("nothing was left in flight");
    }
}
