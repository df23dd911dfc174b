using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;

namespace GslbServer.Probing;

/// <summary>Why a probe failed, in the few words that people know: <c>connection refused</c>.</summary>
internal static class FailureText
{
    public static string Of(Exception failure, ProbeAttempt? attempt = null)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case CertificateException:
                    return e.Message;
                case SocketException socket:
                    return Of(socket);
                case HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "connection closed before a response";
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }:
                    return "the response is not HTTP";
            }
        }
        return failure switch
        {
            AuthenticationException tls => $"TLS handshake failed: {OneLine((tls.InnerException ?? tls).Message)}",
            IOException => $"connection closed {attempt?.Stage ?? "early"}",
            Win32Exception system => OneLine(system.Message),
            HttpRequestException http => OneLine((http.InnerException ?? http).Message),
            _ => OneLine(failure.Message),
        };
    }

    /// <summary>Whether this process, not the endpoint, is what failed: no descriptor or buffer was left.</summary>
    public static bool IsLackOfMeans(Exception failure)
    {
        const int tooManyOpenFiles = 24; // EMFILE of every Unix; starting a program needs pipes
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable }
                || (e is Win32Exception { NativeErrorCode: tooManyOpenFiles } and not SocketException))
                return true;
        }
        return false;
    }

    private static string Of(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.Shutdown => "connection reset",
        SocketError.ConnectionAborted => "connection aborted",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.AddressFamilyNotSupported => "this node has no such address family",
        SocketError.HostNotFound or SocketError.NoData => "name does not resolve",
        SocketError.TryAgain => "name servers do not answer",
        SocketError.TooManyOpenSockets => "this node has no free sockets",
        _ => OneLine(failure.Message),
    };

    /// <summary>Details stand in tables: one line, not too long.</summary>
    public static string OneLine(string text)
    {
        string line = string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length > 200 ? line[..199] + "…" : line;
    }
}
