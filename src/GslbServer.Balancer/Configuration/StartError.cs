using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GslbServer.Balancer;

/// <summary>What stops the start, in one line; a configuration file that cannot be read as <c>file:line:column: message</c>.</summary>
internal static partial class StartError
{
    public static string Describe(Exception error)
    {
        string file = QuotedPath().Match(error.Message) is { Success: true } match ? match.Groups[1].Value : "configuration";
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is not JsonException json) continue;
            // System.Text.Json counts from 0 and repeats the position at the end of its message.
            string message = PositionSuffix().Replace(json.Message, "");
            return $"{file}:{json.LineNumber + 1}:{json.BytePositionInLine + 1}: {message}";
        }

        return error is SocketException ? $"cannot listen: {error.Message}" : error.Message;
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedPath();

    [GeneratedRegex(" ?LineNumber: .*$", RegexOptions.Singleline)]
    private static partial Regex PositionSuffix();
}
