using System.Buffers.Binary;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One serving thread: the queries of one queue of an interface, in batches, answered from the memory they came in.</summary>
internal sealed unsafe class XdpListener : IDisposable
{
    /// <summary>Frames at a time; what a batch touches fits the first-level cache.</summary>
    private const int Batch = 32;

    private readonly XdpSocket _socket;
    private readonly QueryHandler _handler;
    private readonly Counters _counters;
    private readonly ClientNetworks? _proxies;
    private readonly bool _isLoopback;
    private readonly int _mtu;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private long _turns;

    public XdpListener(XdpInterface from, XdpSocket socket, QueryHandler handler, Counters counters, ClientNetworks? proxies)
    {
        (_socket, _handler, _counters, _proxies) = (socket, handler, counters, proxies);
        (_isLoopback, _mtu) = (from.IsLoopback, from.Mtu);
        _thread = new Thread(Serve) { IsBackground = true, Name = $"xdp {from.Name} {socket.Queue}" };
    }

    public int Queue => _socket.Queue;

    public XdpCounters Counts { get; } = new();

    /// <inheritdoc cref="UdpListeners.Turns"/>
    public (string Thread, long Turns) Turns => (_thread.Name!, Volatile.Read(ref _turns));

    public XdpStatistics ReadStatistics() => _socket.ReadStatistics();

    public void Start() => _thread.Start();

    /// <summary>Answers what has arrived and ends the thread. Detach the interface first.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _stop.Dispose();
    }

    private void Serve()
    {
        CounterBlock counters = _counters.ForThisThread;
        var received = new ReceivedFrame[Batch];
        var frames = new UdpFrame[Batch];
        var batch = new Datagram[Batch];
        var random = new Draw((uint)Environment.CurrentManagedThreadId * 2_654_435_761);
        int left = int.MaxValue;
        while (left > 0)
        {
            Volatile.Write(ref _turns, _turns + 1);
            // Whatever load there is when it stops: no more than the ring holds.
            if (_stop.IsSet)
            {
                left = Math.Min(left, XdpSocket.Frames / Batch) - 1;
            }

            int count = _socket.Receive(received);
            if (count > 0)
            {
                int taken = Take(received.AsSpan(0, count), frames, batch);
                _handler.HandleBatch(batch.AsSpan(0, taken), counters, ref random);
                Send(received, frames, batch.AsSpan(0, taken), ref random);
            }

            _socket.Flush();
            if (count == 0)
            {
                if (left < int.MaxValue)
                {
                    return;
                }

                if (!_socket.Wait(UdpListeners.StopLatency))
                {
                    _stop.Wait(ReceiveErrors.Pause);
                }
            }
        }
    }

    /// <summary>Those of the frames that may have an answer; the others are given back.</summary>
    /// <returns>How many.</returns>
    private int Take(ReadOnlySpan<ReceivedFrame> received, UdpFrame[] frames, Datagram[] batch)
    {
        int taken = 0;
        for (int i = 0; i < received.Length; i++)
        {
            ref readonly ReceivedFrame frame = ref received[i];
            Counts.Add(XdpCount.Received);
            FrameFault fault = UdpFrame.Read(frame.Frame, frame.Length, _isLoopback, out UdpFrame read);
            if (fault != FrameFault.None)
            {
                Counts.Add(fault);
                _socket.Return(frame);
                continue;
            }

            if (read.PayloadLength > UdpListeners.RequestSize)
            {
                Counts.Add(XdpCount.Oversized);
                _socket.Return(frame);
                continue;
            }

            ref Datagram datagram = ref batch[taken];
            datagram.Header = i;
            datagram.Request = read.Payload;
            datagram.RequestLength = read.PayloadLength;
            datagram.Response = frame.Room + read.Headers;
            datagram.Resolver = SourceOf(read);
            if (_proxies is not null && _proxies.Allows(datagram.Resolver) && !DatagramProxy.TryTakeOff(ref datagram))
            {
                Counts.Add(XdpCount.BadProxyHeader);
                _socket.Return(frame);
                continue;
            }

            frames[taken++] = read;
        }

        return taken;
    }

    private void Send(ReceivedFrame[] received, UdpFrame[] frames, Span<Datagram> batch, ref Draw random)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            ref Datagram datagram = ref batch[i];
            ref readonly UdpFrame frame = ref frames[i];
            ref readonly ReceivedFrame at = ref received[datagram.Header];
            if (datagram.ResponseLength <= 0)
            {
                _socket.Return(at);
                continue;
            }

            int room = _mtu - (frame.Headers - frame.Network);
            if (datagram.ResponseLength > room)
            {
                // A frame cannot be fragmented here.
                datagram.ResponseLength = DirectAnswer.WriteTruncated(datagram.Packet, datagram.Prepared.Query, datagram.Room);
            }

            int length = frame.Answer(at.Room, datagram.ResponseLength, (ushort)random.Next());
            if (_socket.TrySend(at.Room, length))
            {
                Counts.Add(XdpCount.Answered);
            }
            else
            {
                Counts.Add(XdpCount.SendRingFull);
                _socket.Return(at);
            }
        }
    }

    private static Client SourceOf(in UdpFrame frame) => frame.IsIPv6
        ? new Client(true, BinaryPrimitives.ReadUInt128BigEndian(new ReadOnlySpan<byte>(frame.Source, 16)), 128, ClientSource.Resolver)
        : new Client(false, (UInt128)BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(frame.Source, 4)) << 96, 32, ClientSource.Resolver);
}
