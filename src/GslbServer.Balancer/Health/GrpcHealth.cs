using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Balancer;

/// <summary>The two messages of <c>grpc.health.v1.Health/Check</c>, small enough to be written by hand.</summary>
/// <remarks>https://github.com/grpc/grpc/blob/master/doc/health-checking.md</remarks>
internal static class GrpcHealth
{
    public const string Path = "/grpc.health.v1.Health/Check";

    /// <summary>So that its length fits one octet.</summary>
    public const int LongestService = 127;

    private const int FrameHead = 5, ServiceField = 0x0A, StatusField = 0x08, Serving = 1;

    /// <summary>HealthCheckRequest in its gRPC frame: a flag octet (not compressed), the length in 4 octets, field 1 (text) unless empty.</summary>
    public static byte[] Request(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        byte[] message = name.Length == 0 ? [] : [ServiceField, (byte)name.Length, .. name];
        byte[] frame = new byte[FrameHead + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameHead);
        return frame;
    }

    /// <summary>What is wrong with an answer; null if it says SERVING.</summary>
    /// <param name="body">HealthCheckResponse in its frame: field 1, an enumeration; left out it is 0, UNKNOWN.</param>
    /// <param name="status">The <c>grpc-status</c>, "0" for OK.</param>
    public static string? Problem(ReadOnlySpan<byte> body, string? status)
    {
        if (status != "0") return status == "5" ? "gRPC status 5: the service is not known" : $"gRPC status {status ?? "missing"}";
        if (body.Length < FrameHead || body[0] != 0 || BinaryPrimitives.ReadInt32BigEndian(body[1..]) != body.Length - FrameHead) return "no gRPC message";
        ReadOnlySpan<byte> message = body[FrameHead..];
        return message is [StatusField, Serving, ..] ? null : message is [StatusField, var other, ..] ? $"health {other} (1 is SERVING)" : "health unknown";
    }
}
