namespace GslbServer;

/// <summary>A state directory belongs to one process: of two, each would write over what the other keeps. The kernel holds the lock for as long as the process lives, so that one killed leaves nothing behind.</summary>
internal sealed class StateLock : IDisposable
{
    private const string Holder = "pid";

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private FileStream? _file;
    private Task _waiting = Task.CompletedTask;

    private StateLock()
    {
    }

    /// <summary>Takes a directory for this process; one that cannot be locked at all (read-only, a file system without locks) is used without. A start that fails for its ports takes nothing.</summary>
    /// <param name="isHandedOver">The process before this one still has it, and will end.</param>
    /// <exception cref="StartupException">Another process has it, or a port.</exception>
    public static StateLock Take(NodeOptions options, ListenSockets sockets, bool isHandedOver, TimeProvider time)
    {
        List<string> problems = [.. PortCheck.Problems(options, sockets)];
        if (!isHandedOver && HolderOf(options.StateDirectory) is { } holder)
        {
            problems.Add($"--state {options.StateDirectory}: {holder}, a node that runs, has it; expected a directory of its own for each node, or --takeover to run in that one's place");
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }

        var taken = new StateLock();
        if (taken.TryTake(options.StateDirectory))
        {
            return taken;
        }

        taken._waiting = taken.WaitAsync(options.StateDirectory, time);
        return taken;
    }

    /// <returns>The process that has a directory, for people; null where none has.</returns>
    public static string? HolderOf(string directory)
    {
        try
        {
            using var look = new FileStream(PathIn(directory), FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            return Said(directory);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _waiting.GetAwaiter().GetResult();
        _file?.Dispose();
        _stop.Dispose();
    }

    /// <returns>Whether nobody else has it.</returns>
    private bool TryTake(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            _file = new FileStream(PathIn(directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HolderOf(directory) is null;
        }

        try
        {
            // Beside the lock, which nobody else can read.
            File.WriteAllText(Path.Combine(directory, Holder), $"{Environment.ProcessId}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: it is locked all the same.
        }

        return true;
    }

    private async Task WaitAsync(string directory, TimeProvider time)
    {
        try
        {
            while (!TryTake(directory))
            {
                await Task.Delay(Again, time, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static string Said(string directory)
    {
        try
        {
            return $"process {File.ReadAllText(Path.Combine(directory, Holder)).Trim()}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    private static string PathIn(string directory) => Path.Combine(directory, "lock");
}
