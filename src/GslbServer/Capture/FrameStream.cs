using System.Buffers.Binary;
using System.Text;

namespace GslbServer;

/// <summary>Frame Streams: frames of octets behind their lengths, and control frames about what they are (the fstrm library's protocol).</summary>
internal static class FrameStream
{
    private const uint Accept = 1, Start = 2, Stop = 3, Ready = 4, Finish = 5, ContentTypeField = 1;

    /// <summary>Longest control frame, as fstrm has it.</summary>
    private const int MaxControl = 512;

    public static byte[] StartFrame => Control(Start, withType: true);

    public static byte[] StopFrame => Control(Stop, withType: false);

    /// <summary>Offers our content type, and starts when the reader accepts it.</summary>
    /// <exception cref="IOException">It does not, or speaks otherwise.</exception>
    public static async Task OpenAsync(Stream stream, CancellationToken cancel)
    {
        await stream.WriteAsync(Control(Ready, withType: true), cancel);
        byte[] accept = await ReadControlAsync(stream, cancel);
        if (BinaryPrimitives.ReadUInt32BigEndian(accept) != Accept)
        {
            throw new IOException("the reader did not answer READY with ACCEPT");
        }

        // Without any content type the reader takes all.
        if (accept.Length > 4 && accept.AsSpan().IndexOf(Encoding.ASCII.GetBytes(DnstapMessage.ContentType)) < 0)
        {
            throw new IOException($"the reader does not accept {DnstapMessage.ContentType}");
        }

        await stream.WriteAsync(StartFrame, cancel);
    }

    /// <summary>Says that this is all, and waits until the reader has it.</summary>
    public static async Task CloseAsync(Stream stream, CancellationToken cancel)
    {
        await stream.WriteAsync(StopFrame, cancel);
        byte[] finish = await ReadControlAsync(stream, cancel);
        if (BinaryPrimitives.ReadUInt32BigEndian(finish) != Finish)
        {
            throw new IOException("the reader did not answer STOP with FINISH");
        }
    }

    /// <summary>An escape of four zero octets, the length of what follows, the kind, and where it belongs the content type.</summary>
    private static byte[] Control(uint kind, bool withType)
    {
        byte[] type = withType ? Encoding.ASCII.GetBytes(DnstapMessage.ContentType) : [];
        byte[] frame = new byte[12 + (withType ? 8 + type.Length : 0)];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), frame.Length - 8);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), kind);
        if (withType)
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(12), ContentTypeField);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(16), type.Length);
            type.CopyTo(frame, 20);
        }

        return frame;
    }

    private static async Task<byte[]> ReadControlAsync(Stream stream, CancellationToken cancel)
    {
        byte[] head = new byte[8];
        await stream.ReadExactlyAsync(head, cancel);
        int length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
        if (BinaryPrimitives.ReadUInt32BigEndian(head) != 0 || length is < 4 or > MaxControl)
        {
            throw new IOException("the reader speaks no Frame Streams");
        }

        byte[] frame = new byte[length];
        await stream.ReadExactlyAsync(frame, cancel);
        return frame;
    }
}
