using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace GslbServer;

/// <summary>dnstap to a file or to a reader's socket: AUTH_QUERY and AUTH_RESPONSE of each query. A reader that goes away is sought again each second; a file that was moved away is followed by a new one.</summary>
internal sealed class DnstapSink : CaptureSink
{
    /// <summary>For a connection and its handshake.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly DnstapTarget _target;
    private readonly byte[] _identity, _version;
    private readonly TimeProvider _time;
    private readonly Func<int, string?> _regionOf;
    private readonly ArrayBufferWriter<byte> _frame = new(), _scratch = new();
    private Stream? _stream;
    private TimeSpan _nextTry;

    public DnstapSink(DnstapTarget target, string identity, string version, Func<int, string?> regionOf, TimeProvider time, ILogger logger)
        : base(target.ToString(), time, logger)
    {
        (_target, _time, _regionOf) = (target, time, regionOf);
        (_identity, _version) = (Encoding.UTF8.GetBytes(identity), Encoding.UTF8.GetBytes(version));
    }

    /// <param name="zone">Wire form; empty where the name is of none of ours.</param>
    public void Add(in CapturedQuery query, ReadOnlySpan<byte> zone)
    {
        Add(query, zone, "", isResponse: false);
        if (!query.Response.IsEmpty)
        {
            Add(query, zone, _regionOf(query.Head.Region) is { } region ? $"region={region}" : "", isResponse: true);
        }
    }

    protected override async ValueTask<bool> OpenAsync(CancellationToken cancel)
    {
        if (_stream is FileStream file && IsMoved(file))
        {
            await CloseAsync();
        }

        TimeSpan now = _time.Now();
        if (_stream is not null || now < _nextTry)
        {
            return _stream is not null;
        }

        _nextTry = now + Again;
        _stream = _target.File is { } path ? await OpenFileAsync(path, cancel) : await ConnectAsync(cancel);
        return true;
    }

    protected override async ValueTask WriteAsync(ReadOnlyMemory<byte> entries, CancellationToken cancel)
    {
        try
        {
            await _stream!.WriteAsync(entries, cancel);
            await _stream.FlushAsync(cancel);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await _stream!.DisposeAsync();
            _stream = null;
            throw;
        }
    }

    protected override async ValueTask CloseAsync()
    {
        if (_stream is not { } stream)
        {
            return;
        }

        _stream = null;
        try
        {
            using var patience = new CancellationTokenSource(Again, _time);
            if (stream is FileStream)
            {
                await stream.WriteAsync(FrameStream.StopFrame, patience.Token);
            }
            else
            {
                await FrameStream.CloseAsync(stream, patience.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It is gone already.
        }

        await stream.DisposeAsync();
    }

    private void Add(in CapturedQuery query, ReadOnlySpan<byte> zone, string extra, bool isResponse)
    {
        _frame.ResetWrittenCount();
        _frame.Write<byte>([0, 0, 0, 0]);
        DnstapMessage.Write(_frame, _scratch, query, _identity, _version, zone, extra, isResponse);
        byte[] octets = _frame.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(octets, octets.Length - 4);
        Add(octets);
    }

    /// <summary>What is there already is kept beside it, as FILE.0: a second stream must not begin in the middle of the first.</summary>
    private static async Task<Stream> OpenFileAsync(string path, CancellationToken cancel)
    {
        if (new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            File.Move(path, path + ".0", overwrite: true);
        }

        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            await file.WriteAsync(FrameStream.StartFrame, cancel);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task<Stream> ConnectAsync(CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        Socket socket = _target.Tcp is { } tcp ? new Socket(tcp.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(_target.Tcp is { } to ? to : new UnixDomainSocketEndPoint(_target.UnixPath!), either.Token);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await FrameStream.OpenAsync(stream, either.Token);
            return stream;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Renamed or deleted, perhaps with a new one in its place, which then is shorter.</summary>
    private static bool IsMoved(FileStream file) => new FileInfo(file.Name) is var there && (!there.Exists || there.Length < file.Position);
}
