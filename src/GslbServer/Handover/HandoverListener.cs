using System.Net.Sockets;
using System.Text;

namespace GslbServer;

/// <summary>The running node's side of a hand-over: waits for a successor, one at a time, gives it the sockets, and its place when that says that all is good.</summary>
internal sealed partial class HandoverListener : IDisposable
{
    private static readonly TimeSpan HelloLimit = TimeSpan.FromSeconds(5);

    /// <summary>A successor loads its zones in this time.</summary>
    private static readonly TimeSpan TakeLimit = TimeSpan.FromMinutes(10);

    /// <summary>One that has not served by then is stuck.</summary>
    private static readonly TimeSpan ServingLimit = Takeover.ReadyLimit * 2;

    private readonly Socket _listener;
    private readonly string _file;
    private readonly ListenSockets _sockets;
    private readonly Action _save;
    private readonly Func<SuccessorName, Task> _yield;
    private readonly Action<int> _succeeded;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private HandoverListener(Socket listener, string file, ListenSockets sockets, Action save, Func<SuccessorName, Task> yield, Action<int> succeeded, TimeProvider time, ILogger logger)
    {
        (_listener, _file, _sockets, _save, _yield, _succeeded) = (listener, file, sockets, save, yield, succeeded);
        (_time, _logger) = (time, logger);
    }

    /// <param name="save">Writes to disk what a successor starts from.</param>
    /// <param name="yield">Stops all but answering DNS.</param>
    /// <param name="succeeded">Told the process that serves in this one's place, before that hears of it.</param>
    /// <returns>Null where none can take over: said in the log, and no reason not to serve.</returns>
    public static HandoverListener? TryOpen(NodeOptions options, ListenSockets sockets, Action save, Func<SuccessorName, Task> yield, Action<int> succeeded, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger<HandoverListener>();
        if (!OperatingSystem.IsLinux() || !LinuxUdpListener.IsSupported)
        {
            return null;
        }

        string file = HandoverMessage.SocketFile(options.StateDirectory);
        Socket listener = HandoverMessage.NewSocket();
        try
        {
            // Beside it and then in its place: whoever looks finds either the one before or this one.
            string next = $"{file}.{Environment.ProcessId}";
            Directory.CreateDirectory(options.StateDirectory);
            File.Delete(next);
            listener.Bind(new UnixDomainSocketEndPoint(next));
            File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(1);
            File.Move(next, file, overwrite: true);
            return new HandoverListener(listener, file, sockets, save, yield, succeeded, time, logger);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            listener.Dispose();
            Log.NotOffered(logger, file, e is ArgumentOutOfRangeException ? "the path is too long for a Unix socket" : e.Message);
            return null;
        }
    }

    /// <summary>Until a successor serves in this node's place, or has died after this node stopped all but answering.</summary>
    /// <returns>True: end. False: serve again.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancel)
    {
        while (true)
        {
            Socket peer;
            try
            {
                peer = await _listener.AcceptAsync(cancel);
            }
            catch (SocketException)
            {
                await Task.Delay(TcpLimits.AcceptPause, _time, cancel);
                continue;
            }

            using (peer)
            {
                if (await MeetAsync(peer, cancel) is { } outcome)
                {
                    return outcome;
                }
            }
        }
    }

    /// <summary>Leaves the file where a successor has put its own there.</summary>
    public void Dispose() => _listener.Dispose();

    /// <summary>At the end of a node that nobody took over.</summary>
    public void Remove() => File.Delete(_file);

    /// <returns>Null when the successor left before anything had changed.</returns>
    private async Task<bool?> MeetAsync(Socket peer, CancellationToken cancel)
    {
        bool yielded = false;
        (int process, uint user) = Descriptor.PeerOf(peer);
        try
        {
            if (user != 0 && user != Descriptor.EffectiveUser())
            {
                return null;
            }

            if (SuccessorName.Read(await ReceiveAsync(peer, HelloLimit, cancel)) is not { } successor)
            {
                Descriptor.Send(peer, HandoverMessage.Octets("it is of a version that does not understand this one"), []);
                return null;
            }

            Log.Asked(_logger, process);
            _save();
            Give(peer);
            if (await ReceiveAsync(peer, TakeLimit, cancel) != HandoverMessage.Take)
            {
                Log.Left(_logger, process);
                return null;
            }

            yielded = true;
            await _yield(successor);
            await peer.SendAsync(HandoverMessage.Octets(HandoverMessage.Yours), cancel);
            if (await ReceiveAsync(peer, ServingLimit, cancel) == HandoverMessage.Serving)
            {
                _succeeded(process);
                Log.Succeeded(_logger, process);
                return true;
            }

            Log.Died(_logger, process);
            await peer.SendAsync(HandoverMessage.Octets(HandoverMessage.Again), cancel);
        }
        catch (SocketException)
        {
            Log.Left(_logger, process);
        }

        return yielded ? false : null;
    }

    private void Give(Socket peer)
    {
        foreach (ListenSocket[] some in _sockets.Open.Chunk(Descriptor.MostOfMessage))
        {
            Descriptor.Send(peer, HandoverMessage.Octets(HandoverMessage.Describe(some)), [.. some.Select(one => one.Socket)]);
        }

        Descriptor.Send(peer, HandoverMessage.Octets(HandoverMessage.End), []);
    }

    /// <returns>Empty when the other end is gone, or says nothing in time.</returns>
    private async Task<string> ReceiveAsync(Socket peer, TimeSpan limit, CancellationToken cancel)
    {
        byte[] message = new byte[HandoverMessage.MaxOctets];
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return Encoding.UTF8.GetString(message, 0, await peer.ReceiveAsync(message, either.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return "";
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(240, LogLevel.Warning, "Nobody can take over from this node: {File}: {Why}")]
        public static partial void NotOffered(ILogger logger, string file, string why);

        [LoggerMessage(241, LogLevel.Information, "Process {Process} starts to take over")]
        public static partial void Asked(ILogger logger, int process);

        [LoggerMessage(242, LogLevel.Warning, "Process {Process} does not take over; this one serves on")]
        public static partial void Left(ILogger logger, int process);

        [LoggerMessage(243, LogLevel.Error, "Process {Process} was given this node's place and does not serve; this one starts again on the same sockets")]
        public static partial void Died(ILogger logger, int process);

        [LoggerMessage(244, LogLevel.Information, "Process {Process} has taken over; this one ends")]
        public static partial void Succeeded(ILogger logger, int process);
    }
}

/// <summary>Who a successor will be to other nodes.</summary>
internal sealed record SuccessorName(string Cluster, string Node)
{
    /// <returns>Null for anything that is no greeting of this version.</returns>
    public static SuccessorName? Read(string hello) =>
        hello.Split(' ') is ["hello", "1", { Length: > 0 } cluster, { Length: > 0 } node] ? new SuccessorName(cluster, node) : null;
}
