using System.Buffers.Binary;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Transports;

/// <summary>DNS messages on a stream.</summary>
internal static class StreamClient
{
    public static byte[] Query(string question, int id = 1) => new QueryMessage(question) { Id = (ushort)id }.ToWire();

    public static byte[] Framed(byte[] message) => [.. QueryMessage.Short(message.Length), .. message];

    public static async Task<Reply> ReadReplyAsync(this Stream stream)
    {
        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length).AsTask().WaitAsync(SmallWorld.Patience);
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message).AsTask().WaitAsync(SmallWorld.Patience);
        return new Reply(message);
    }

    /// <summary>Whether the server ends the connection, with or without a reset.</summary>
    public static async Task<bool> EndsAsync(this Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(SmallWorld.Patience) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
