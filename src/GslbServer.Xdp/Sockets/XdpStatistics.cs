using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>struct xdp_statistics: frames that the kernel dropped on their way to or from a socket, by cause.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct XdpStatistics
{
    /// <summary>For other reasons than the following.</summary>
    public ulong ReceiveDropped;

    public ulong ReceiveInvalid;
    public ulong SendInvalid;

    /// <summary>The program did not take them fast enough.</summary>
    public ulong ReceiveRingFull;

    /// <summary>No frame was free to receive into.</summary>
    public ulong FillRingEmpty;

    public ulong SendRingEmpty;
}
