using System.Net.Sockets;
using System.Text;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The successor's side of a hand-over: takes the sockets of the node that runs with the same state directory, and its place when all is ready.</summary>
internal sealed class Takeover : IDisposable
{
    /// <summary>From the running node's descriptors to its last word; it saves its state in between.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long the running node serves on while this one has its first round of checks.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly TimeProvider _time;

    private Takeover(Socket socket, ListenSockets sockets, int predecessor, TimeProvider time) => (_socket, Sockets, Predecessor, _time) = (socket, sockets, predecessor, time);

    public ListenSockets Sockets { get; }

    /// <summary>Its process.</summary>
    public int Predecessor { get; }

    /// <summary>Asks the running node for its sockets. Nothing changes for it.</summary>
    /// <returns>Null where no node runs with this state directory.</returns>
    /// <exception cref="StartupException">One runs that gives nothing.</exception>
    public static Takeover? Begin(NodeOptions options, TimeProvider time)
    {
        if (!LinuxUdpListener.IsSupported)
        {
            throw new StartupException(["--takeover: sockets can be handed over on 64-bit Linux alone"]);
        }

        string file = HandoverMessage.SocketFile(options.StateDirectory);
        var got = new List<Socket>();
        Socket socket = HandoverMessage.NewSocket();
        try
        {
            socket.ReceiveTimeout = (int)AnswerLimit.TotalMilliseconds;
            if (!TryConnect(socket, file))
            {
                socket.Dispose();
                return null;
            }

            int predecessor = Descriptor.PeerOf(socket).Process;
            Descriptor.Send(socket, HandoverMessage.Octets($"{HandoverMessage.Hello} {options.Cluster} {options.Node}"), []);
            return new Takeover(socket, new ListenSockets(ReceiveSockets(socket, got, file)), predecessor, time);
        }
        catch (Exception e)
        {
            got.ForEach(one => one.Dispose());
            socket.Dispose();
            if (e is SocketException)
            {
                throw new StartupException([$"--takeover: the node that listens on {file} hands nothing over: {e.Message}. It serves on"]);
            }

            throw;
        }
    }

    /// <summary>Everything is good so far: the running node is to stop all but answering. After this it serves again only if this process ends.</summary>
    public async Task TakeAsync(CancellationToken cancel)
    {
        byte[] answer = new byte[HandoverMessage.MaxOctets];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerLimit);
        try
        {
            await _socket.SendAsync(HandoverMessage.Octets(HandoverMessage.Take), cancel);
            int count = await _socket.ReceiveAsync(answer, limit.Token);
            if (Encoding.UTF8.GetString(answer, 0, count) != HandoverMessage.Yours)
            {
                throw Lost("it ended");
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Lost($"it did not answer within {Durations.Format(AnswerLimit)}");
        }
        catch (SocketException e)
        {
            throw Lost(e.Message);
        }
    }

    /// <summary>Waits until this node knows what it needs to answer well; the running one answers meanwhile.</summary>
    /// <exception cref="StartupException">It takes too long.</exception>
    public async Task WaitUntilReadyAsync(Func<IReadOnlyList<string>> notReady, CancellationToken cancel)
    {
        long since = _time.GetTimestamp();
        while (notReady() is { Count: > 0 } reasons)
        {
            if (_time.GetElapsedTime(since) > ReadyLimit)
            {
                throw new StartupException([.. reasons.Select(reason => $"--takeover: not ready within {Durations.Format(ReadyLimit)}: {reason}. The running node serves on")]);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancel);
        }
    }

    /// <summary>This node serves: the other one ends, if it has not done so already. Its last word comes when whoever supervises both has heard of the change.</summary>
    /// <exception cref="StartupException">It serves again: it has waited too long.</exception>
    public async Task DoneAsync(CancellationToken cancel)
    {
        Sockets.CloseUnused();
        byte[] answer = new byte[HandoverMessage.MaxOctets];
        try
        {
            await _socket.SendAsync(HandoverMessage.Octets(HandoverMessage.Serving), cancel);
        }
        catch (SocketException)
        {
            // Ended, or gave up: its last word says which.
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerLimit);
        try
        {
            int count = await _socket.ReceiveAsync(answer, limit.Token);
            if (Encoding.UTF8.GetString(answer, 0, count) == HandoverMessage.Again)
            {
                throw Lost("it has waited too long, and serves again");
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // It hangs, and this one serves.
        }
        catch (SocketException)
        {
            // It was killed, and this one serves.
        }
    }

    public void Dispose()
    {
        Sockets.CloseUnused();
        _socket.Dispose();
    }

    private static bool TryConnect(Socket socket, string file)
    {
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(file));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(file))
        {
            return false;
        }
    }

    private static List<ListenSocket> ReceiveSockets(Socket socket, List<Socket> got, string file)
    {
        var sockets = new List<ListenSocket>();
        byte[] message = new byte[HandoverMessage.MaxOctets];
        while (true)
        {
            int before = got.Count;
            string text = Encoding.UTF8.GetString(message, 0, Descriptor.Receive(socket, message, got));
            if (text == HandoverMessage.End)
            {
                return sockets;
            }

            sockets.AddRange(HandoverMessage.Read(text, got[before..])
                ?? throw new StartupException([$"--takeover: the node that listens on {file} hands nothing over{(text.Length > 0 ? $": {text}" : "")}. It serves on"]));
        }
    }

    private StartupException Lost(string why) => new([$"--takeover: the running node (process {Predecessor}) did not hand over: {why}"]);
}
