using System.Buffers.Text;
using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;
using GslbServer.Tests.Dns;
using GslbServer.Tests.Transports;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Tests.Serving;

/// <summary>Whatever comes over whatever transport, the handler gives silence or a well-formed response, and HTTPS a status.</summary>
public sealed class HandlerFuzzTests : IDisposable
{
    private static readonly string[] Questions =
    [
        "host.example.org. A", "www.example.org. AAAA", "huge.example.org. TXT", "x.wild.example.org. A", "x.sub.example.org. A", "nope.example.org. A", "example.com. A", "id.server. CH TXT",
        "example.org. AXFR", "_explain.www.example.org. TXT",
    ];

    private static readonly int[] Options = [3, 8, 9, 10, 11, 12, 15, 65001];

    private readonly SmallWorld _world = new(rates: new RateLimitOptions(Rate: 1_000, Slip: 2, ValidateAbove: 50_000, []));

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Any_octets_over_any_transport_get_silence_or_a_well_formed_response() => Fuzz.Rounds(random =>
    {
        byte[] packet = QueryMutations.Mutate(Packet(random), random);
        var arrival = new Arrival((Transport)random.Next(4), (ushort)random.Next(300));
        byte[] response = new byte[arrival.IsStream ? MessageLimits.Stream : MessageLimits.Udp];
        var draw = new Draw((uint)random.Next());
        var client = new Client(false, (ulong)random.Next(4) << 40, 0, 32, ClientSource.Resolver);
        int length = _world.Handler.Handle(packet, client, response, arrival, _world.Counters.ForThisThread, ref draw);
        if (length > 0) _ = new Reply(response.AsSpan(0, length));
    });

    [Fact]
    public void Any_request_over_HTTPS_gets_a_status_that_it_should()
    {
        var doh = new DnsOverHttps(_world.Handler, _world.Counters);
        Fuzz.Rounds(random =>
        {
            byte[] packet = QueryMutations.Mutate(Packet(random), random);
            var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };
            var body = new MemoryStream();
            http.Response.Body = body;
            http.Request.Path = random.Next(20) == 0 ? "/dns" : "/dns-query";
            http.Request.Method = random.Next(20) switch { 0 => "HEAD", 1 => "", > 10 => "POST", _ => "GET" };
            http.Request.ContentType = random.Next(20) switch { 0 => null, 1 => "text/plain", 2 => ";;", _ => "application/dns-message" };
            if (random.Next(100) == 0) packet = [.. packet, .. new byte[random.Next(70_000)]];
            string text = Base64Url.EncodeToString(packet);
            if (random.Next(4) == 0) text = text.Insert(random.Next(text.Length + 1), random.Next(3) switch { 0 => "%", 1 => "=", _ => ((char)random.Next(1, 0xD7FF)).ToString() });
            http.Request.QueryString = new QueryString("?" + (random.Next(10) == 0 ? "dns=A&" : "") + "dns=" + text);
            http.Request.Body = new MemoryStream(packet);
            doh.AnswerAsync(http).GetAwaiter().GetResult();
            Assert.Contains(http.Response.StatusCode, new[] { 200, 400, 404, 405, 413, 415 });
            if (http.Response.StatusCode == 200) _ = new Reply(body.ToArray());
        });
    }

    private static byte[] Packet(Random random)
    {
        byte[] options = [.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => QueryMessage.Option(Options[random.Next(Options.Length)], new byte[random.Next(3) * 8]))];
        return new QueryMessage(Questions[random.Next(Questions.Length)])
        {
            Flags = (ushort)(random.Next(8) == 0 ? random.Next(65536) : 0x0100),
            Opt = random.Next(3) == 0 ? null : new((ushort)random.Next(65536)) { Options = options },
        }.ToWire();
    }
}
