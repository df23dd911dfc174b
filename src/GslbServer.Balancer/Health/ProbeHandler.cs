using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Balancer;

/// <summary>Carries out active checks on the way that proxied requests take, and lets those through. A check that is not as expected throws what was seen.</summary>
internal sealed class ProbeHandler(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private const int MostOctets = 65_536;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request is ProbeRequest probe ? ProbeAsync(probe) : base.SendAsync(request, cancellationToken);

    /// <summary>YARP's token ends with its own timeout, which knows nothing of the delay; YARP waits for the end of the check all the same.</summary>
    private async Task<HttpResponseMessage> ProbeAsync(ProbeRequest probe)
    {
        if (probe.Delay > TimeSpan.Zero) await Task.Delay(probe.Delay, time, CancellationToken.None);
        using var timeout = new CancellationTokenSource(probe.Timeout, time);
        return probe.Check.Kind switch
        {
            CheckKind.Tcp => await ConnectAsync(probe.RequestUri!, timeout.Token),
            CheckKind.Grpc => await AskGrpcAsync(probe, timeout.Token),
            _ => await AskHttpAsync(probe, timeout.Token),
        };
    }

    private async Task<HttpResponseMessage> AskHttpAsync(ProbeRequest probe, CancellationToken stop)
    {
        HttpResponseMessage response = await base.SendAsync(probe, stop);
        if (!probe.Check.Statuses.Contains((int)response.StatusCode))
        {
            // Told by YARP's policy as it is, which takes what is no 2xx for a failure.
            if (!response.IsSuccessStatusCode) return response;
            response.Dispose();
            throw new HttpRequestException($"status {(int)response.StatusCode}, expected {probe.Check.ExpectStatus}");
        }

        bool isGood = probe.Check.ExpectBody.Length == 0 || Encoding.UTF8.GetString(await ReadAsync(response, stop)).Contains(probe.Check.ExpectBody, StringComparison.Ordinal);
        if (!isGood) response.Dispose();
        return isGood ? Good(response) : throw new HttpRequestException($"the answer does not hold \"{probe.Check.ExpectBody}\"");
    }

    private static async Task<HttpResponseMessage> ConnectAsync(Uri address, CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.IdnHost, address.Port, stop);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> AskGrpcAsync(ProbeRequest probe, CancellationToken stop)
    {
        using HttpResponseMessage response = await base.SendAsync(probe, stop);
        if (response.StatusCode != HttpStatusCode.OK) throw new HttpRequestException($"status {(int)response.StatusCode} instead of a gRPC answer");
        byte[] body = await ReadAsync(response, stop);
        // An answer without a message has its status in the head.
        string? status = response.TrailingHeaders.TryGetValues("grpc-status", out IEnumerable<string>? values) || response.Headers.TryGetValues("grpc-status", out values) ? values.First() : null;
        return GrpcHealth.Problem(body, status) is { } problem ? throw new HttpRequestException(problem) : new HttpResponseMessage(HttpStatusCode.OK);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(stop);
        byte[] buffer = new byte[MostOctets];
        int length = await body.ReadAtLeastAsync(buffer, MostOctets, throwOnEndOfStream: false, stop);
        return buffer[..length];
    }

    /// <summary>A status that is good here may not be to YARP.</summary>
    private static HttpResponseMessage Good(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode) response.StatusCode = HttpStatusCode.OK;
        return response;
    }
}
