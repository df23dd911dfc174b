using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GslbServer.Scenarios.Harness;

/// <summary>Work inside another network namespace. What is opened there (a socket, a device) stays there, whoever uses it later.</summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x4000_0000;

    /// <param name="path">Such as <c>/proc/1234/ns/net</c>.</param>
    /// <exception cref="Win32Exception">Not allowed: it takes the rights of root.</exception>
    public static T Run<T>(string path, Func<T> work)
    {
        T? result = default;
        Exception? failure = null;
        // A thread of its own that ends afterwards: threads of the pool must not be left inside.
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle target = File.OpenHandle(path);
                if (SetNamespace(target, CloneNewNet) != 0) throw new Win32Exception();
                result = work();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException($"in network namespace {path}: {failure.Message}", failure);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle target, int kind);
}
