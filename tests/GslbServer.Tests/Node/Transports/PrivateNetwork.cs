using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GslbServer.Tests.Transports;

/// <summary>A network of its own for what runs on one thread (a network namespace): sockets made by <see cref="Run{T}"/> live in it, wherever they are used.</summary>
internal sealed partial class PrivateNetwork : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly TaskCompletionSource<int> _threadId = new();

    private PrivateNetwork()
    {
        _thread = new Thread(Work) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Null where it cannot be had: not Linux, not root, or no right to make namespaces.</summary>
    public static PrivateNetwork? TryCreate()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/proc/self/ns/net")) return null;
        var network = new PrivateNetwork();
        if (network.ThreadId == 0 || !network.Tool("ip", "link set lo up"))
        {
            network.Dispose();
            return null;
        }

        return network;
    }

    /// <summary>Of the thread inside, which stands for the network in <c>ip link set ... netns</c>; 0 if there is none.</summary>
    public int ThreadId => _threadId.Task.Result;

    public T Run<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>();
        _work.Add(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Runs <c>ip</c> inside.</summary>
    public void Ip(string arguments) => Assert.True(Tool("ip", arguments), $"ip {arguments} failed");

    /// <returns>Whether there is such a program and it ended with 0.</returns>
    public bool Tool(string program, string arguments) => Run(() =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        const int newNetwork = 0x40000000;
        bool isPrivate = Unshare(newNetwork) == 0;
        _threadId.SetResult(isPrivate ? ThisThread() : 0);
        foreach (Action action in _work.GetConsumingEnumerable()) action();
    }

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThisThread();
}
