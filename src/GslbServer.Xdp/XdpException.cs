using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>AF_XDP cannot be used, or not here; the message is a sentence for people.</summary>
public sealed class XdpException(string message) : Exception(message)
{
    /// <summary>After a call that failed: what was tried, and what the kernel says.</summary>
    internal static XdpException Last(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return new XdpException($"{what}: {new Win32Exception(error).Message} (errno {error})");
    }
}
