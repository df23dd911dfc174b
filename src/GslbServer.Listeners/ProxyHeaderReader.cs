using System.Buffers;
using System.IO.Pipelines;

namespace GslbServer;

/// <summary>Reads the PROXY header that a connection begins with, and leaves what stands behind it.</summary>
internal static class ProxyHeaderReader
{
    /// <returns>Null if there is none, in time.</returns>
    public static async ValueTask<ProxyHeader?> ReadAsync(PipeReader input, TimeSpan timeout, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(limit.Token);
                Parsed state = TryRead(read.Buffer, out ProxyHeader header, out int length);
                input.AdvanceTo(read.Buffer.GetPosition(length), state == Parsed.Part ? read.Buffer.End : read.Buffer.GetPosition(length));
                if (state == Parsed.Whole)
                {
                    return header;
                }

                if (state == Parsed.Wrong || read.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <param name="length">To be consumed; 0 while the header is not whole.</param>
    private static Parsed TryRead(ReadOnlySequence<byte> octets, out ProxyHeader header, out int length)
    {
        Span<byte> copy = stackalloc byte[(int)Math.Min(octets.Length, ProxyHeader.Longest)];
        octets.Slice(0, copy.Length).CopyTo(copy);
        Parsed state = ProxyHeader.TryRead(copy, out header, out length);
        if (state != Parsed.Whole)
        {
            length = 0;
        }

        return state;
    }
}
