namespace GslbServer;

/// <summary>A state directory belongs to one process: of two, each would write over what the other keeps. The kernel holds the lock for as long as the process lives, so that one killed leaves nothing behind.</summary>
internal sealed class StateLock : IDisposable
{
    private const string LockName = "lock", Holder = "pid";

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly string _directory;
    private readonly bool _isNew;
    private readonly CancellationTokenSource _stop = new();
    private FileStream? _file;
    private Task _waiting = Task.CompletedTask;

    private StateLock(string directory) => (_directory, _isNew) = (directory, !Directory.Exists(directory));

    /// <summary>Why a node cannot start with this directory; null where it can.</summary>
    public string? Problem { get; private init; }

    /// <summary>Takes a directory for this process; one that cannot be locked at all (read-only, a file system without locks) is used without.</summary>
    /// <param name="isHandedOver">The process before this one still has it, and will end.</param>
    public static StateLock Take(string directory, bool isHandedOver, TimeProvider time)
    {
        if (!isHandedOver && HolderOf(directory) is { } holder)
        {
            return new StateLock(directory) { Problem = $"--state {directory}: {holder}, a node that runs, has it; expected a directory of its own for each node, or --takeover to run in that one's place" };
        }

        var taken = new StateLock(directory);
        taken._waiting = taken.TryTake() ? Task.CompletedTask : taken.WaitAsync(time);
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

    /// <summary>A start that failed leaves no directory behind in which nothing is.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _waiting.GetAwaiter().GetResult();
        if (_isNew && _file is not null && Directory.EnumerateFileSystemEntries(_directory).All(path => Path.GetFileName(path) is LockName or Holder))
        {
            Directory.Delete(_directory, recursive: true);
        }

        _file?.Dispose();
        _stop.Dispose();
    }

    /// <returns>Whether nobody else has it.</returns>
    private bool TryTake()
    {
        try
        {
            Directory.CreateDirectory(_directory);
            // Not for writing: that would keep whoever wants to from mounting the disk read-only.
            _file = new FileStream(PathIn(_directory), FileMode.OpenOrCreate, FileAccess.Read, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HolderOf(_directory) is null;
        }

        try
        {
            // Beside the lock, which nobody else can read.
            File.WriteAllText(Path.Combine(_directory, Holder), $"{Environment.ProcessId}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: it is locked all the same.
        }

        return true;
    }

    private async Task WaitAsync(TimeProvider time)
    {
        try
        {
            while (!TryTake())
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

    private static string PathIn(string directory) => Path.Combine(directory, LockName);
}
