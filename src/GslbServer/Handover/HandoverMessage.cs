using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer;

/// <summary>What a node and its successor say to each other over <c>STATE/handover.sock</c> (SOCK_SEQPACKET): one message, one packet of text. The successor begins.</summary>
/// <remarks><code>
/// hello 1 CLUSTER NODE   -->
///                        &lt;--   sockets, with descriptors: a line "udp 192.0.2.53:53" for each, in their order; repeated
///                        &lt;--   end
/// take                   -->                zones are good, ports are free: the predecessor stops all but answering
///                        &lt;--   yours
/// serving                -->                the predecessor ends
///                        &lt;--   again       in its place, where the successor took too long: that one ends
/// </code>
/// Whoever is gone before its part is done has changed nothing: the other one serves.</remarks>
internal static class HandoverMessage
{
    public const string Hello = "hello 1", End = "end", Take = "take", Yours = "yours", Serving = "serving", Again = "again";

    public const int MaxOctets = 16 * 1024;

    public static string SocketFile(string stateDirectory) => Path.GetFullPath(Path.Combine(stateDirectory, "handover.sock"));

    public static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);

    public static byte[] Octets(string message) => Encoding.UTF8.GetBytes(message);

    public static string Describe(IEnumerable<ListenSocket> sockets) =>
        "sockets\n" + string.Concat(sockets.Select(one => $"{(one.Protocol == ProtocolType.Udp ? "udp" : "tcp")} {one.EndPoint}\n"));

    /// <returns>Null if this is no such message, or not of so many sockets.</returns>
    public static IReadOnlyList<ListenSocket>? Read(string message, IReadOnlyList<Socket> sockets)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is not ["sockets", ..] || lines.Length - 1 != sockets.Count)
        {
            return null;
        }

        var read = new List<ListenSocket>();
        foreach ((string line, Socket socket) in lines[1..].Zip(sockets))
        {
            ProtocolType? protocol = line[..Math.Min(4, line.Length)] switch { "udp " => ProtocolType.Udp, "tcp " => ProtocolType.Tcp, _ => null };
            if (protocol is not { } known || !IPEndPoint.TryParse(line[4..], out IPEndPoint? endpoint))
            {
                return null;
            }

            read.Add(new ListenSocket(known, endpoint, socket));
        }

        return read;
    }
}
