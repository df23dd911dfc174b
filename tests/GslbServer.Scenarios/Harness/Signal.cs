using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GslbServer.Scenarios.Harness;

/// <summary>A POSIX signal, by its Linux number (signal(7)).</summary>
public readonly record struct Signal(int Number)
{
    public static readonly Signal Hangup = new(1);
    public static readonly Signal Interrupt = new(2);
    public static readonly Signal Kill = new(9);
    public static readonly Signal Term = new(15);
    public static readonly Signal Continue = new(18);
    public static readonly Signal Stop = new(19);

    private const int NoSuchProcess = 3; // ESRCH

    /// <summary>Sends to one process. A process that has just ended is no error.</summary>
    internal void SendTo(int processId)
    {
        if (kill(processId, Number) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and int error) throw new Win32Exception(error);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int processId, int signal);
}
