using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>What went wrong with a Redis, in a few words for status and log.</summary>
/// <param name="hasPassword">One was given. The client goes on after it was refused, and only hears that it is nobody.</param>
internal sealed class RedisFailure(bool hasPassword)
{
    /// <summary>How errors of the server begin, and what they mean to whoever runs it.</summary>
    private static readonly (string Code, string Meaning)[] ServerErrors =
    [
        ("WRONGPASS", "wrong password or user name"),
        ("invalid password", "wrong password"),
        ("without any password configured", "a password is given, but it wants none"),
        ("NOPERM", "its ACL forbids what nodes need"),
        ("user executing the script", "its ACL forbids what nodes need"),
        ("OOM", "its memory is full"),
        ("READONLY", "it is a read-only replica"),
        ("MISCONF", "it cannot save to its disk and takes no writes"),
        ("CLUSTERDOWN", "the Redis Cluster is down"),
        ("MASTERDOWN", "it is a replica that has lost its master"),
        ("LOADING", "it is loading its data"),
        ("BUSY ", "it is busy with a script"),
    ];

    public string Describe(ConnectionFailedEventArgs failed) => Known(failed.Exception) ?? failed.FailureType switch
    {
        ConnectionFailureType.AuthenticationFailure => "authentication failed",
        ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection => "connection refused or no route",
        ConnectionFailureType.SocketClosed or ConnectionFailureType.SocketFailure => "connection lost",
        _ => failed.FailureType.ToString(),
    };

    public string Describe(Exception e) => Known(e) ?? FirstLine(e.Message);

    /// <summary>Null where it only says that something went wrong.</summary>
    public string? Known(Exception? e)
    {
        string? known = null;
        // The innermost says most.
        for (; e is not null; e = e.InnerException)
        {
            known = e switch
            {
                AuthenticationException => "TLS: " + FirstLine(e.Message),
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
                SocketException => FirstLine(e.Message),
                _ when e.Message.Contains("NOAUTH", StringComparison.Ordinal) => hasPassword ? "wrong password or user name (NOAUTH)" : "it wants a password (NOAUTH)",
                _ => Array.Find(ServerErrors, error => e.Message.Contains(error.Code, StringComparison.Ordinal)) is { Code: not null } error
                    ? $"{error.Meaning} ({FirstLine(e.Message)})" : known,
            };
        }

        return known;
    }

    private static string FirstLine(string message)
    {
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? message : message[..end];
    }
}
