using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Scenarios.Balancer;

/// <summary>How a <see cref="BrokenBackend"/> treats a request that it has read.</summary>
public enum Breakage
{
    /// <summary>Never answers.</summary>
    Hang,

    /// <summary>Closes without a word.</summary>
    Close,

    /// <summary>Answers the first request of a connection, and closes at the second without a word.</summary>
    CloseWhenReused,

    /// <summary>Resets within the head of its answer.</summary>
    ResetInHead,

    /// <summary>Resets within the body of its answer.</summary>
    ResetInBody,
}

/// <summary>A server on loopback that takes connections and requests, and breaks them.</summary>
public sealed class BrokenBackend : IAsyncDisposable
{
    private readonly ScriptedBackend _server;
    private readonly ConcurrentDictionary<Socket, bool> _answered = [];

    public BrokenBackend() => _server = new ScriptedBackend(AnswerAsync);

    public string Address => _server.Address;

    public volatile Breakage Breakage;

    /// <summary>Requests that came.</summary>
    public int Requests => _server.Requests.Count;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<bool> AnswerAsync(string request, Socket connection)
    {
        switch (Breakage)
        {
            case Breakage.CloseWhenReused when _answered.TryAdd(connection, true):
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                return true;
            case Breakage.Hang:
                byte[] more = new byte[1024];
                while (await connection.ReceiveAsync(more) > 0)
                {
                }

                return false;
            case Breakage.ResetInHead:
                await ResetAsync(connection, "HTTP/1.1 200 OK\r\nContent-Le");
                return false;
            case Breakage.ResetInBody:
                await ResetAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbeginning");
                return false;
            default:
                return false;
        }
    }

    private static async Task ResetAsync(Socket connection, string first)
    {
        await connection.SendAsync(Encoding.ASCII.GetBytes(first));
        // What was sent is to arrive before the reset, which overtakes nothing but discards what is not read yet.
        await Task.Delay(100);
        connection.Close(timeout: 0);
    }
}
