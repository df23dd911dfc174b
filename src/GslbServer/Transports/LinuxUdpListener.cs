using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One serving thread: its own SO_REUSEPORT socket, batches of datagrams by recvmmsg and sendmmsg on memory that never moves.</summary>
/// <remarks>A full send buffer or a vanished route drops that answer and is counted; the thread never stops for it, never spins and never queues.</remarks>
internal sealed unsafe class LinuxUdpListener : IUdpListener
{
    private readonly Socket _socket;
    private readonly QueryHandler _handler;
    private readonly Counters _counters;
    private readonly ClientNetworks? _proxies;
    private readonly bool _isIPv6;
    private readonly bool _isWildcard;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private long _turns;

    /// <param name="socket">Bound, by <see cref="Bind"/> or by another process.</param>
    /// <param name="index">Of the thread among those that share the port.</param>
    public LinuxUdpListener(Socket socket, QueryHandler handler, Counters counters, int index, ClientNetworks? proxies)
    {
        _handler = handler;
        _counters = counters;
        _proxies = proxies;
        _socket = socket;
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _isIPv6 = LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6;
        _isWildcard = IsWildcard(LocalEndPoint);
        Prepare(_socket, LocalEndPoint);
        _thread = new Thread(Serve) { IsBackground = true, Name = $"udp {LocalEndPoint} {index}" };
    }

    public IPEndPoint LocalEndPoint { get; }

    public Socket Socket => _socket;

    /// <summary>The layouts in <see cref="LinuxSockets"/> hold here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    public long KernelDrops => LinuxSockets.ReadDrops(_socket);

    public long Turns => Volatile.Read(ref _turns);

    public string Name => _thread.Name!;

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>A socket that shares its port with others of this user.</summary>
    public static Socket Bind(IPEndPoint endpoint) => BoundSocket.Open(endpoint, ProtocolType.Udp, socket =>
    {
        LinuxSockets.SetOption(socket, LinuxSockets.SolSocket, LinuxSockets.SoReusePort, 1);
        Prepare(socket, endpoint);
    });

    /// <summary>What can be set before and after binding alike. Before, so that no datagram comes without; after, because whoever bound it may not have known.</summary>
    private static void Prepare(Socket socket, IPEndPoint endpoint)
    {
        Span<long> timeout = [0, (long)UdpListeners.StopLatency.TotalMicroseconds];
        socket.SetRawSocketOption(LinuxSockets.SolSocket, LinuxSockets.SoReceiveTimeout, MemoryMarshal.AsBytes(timeout));
        if (IsWildcard(endpoint))
        {
            bool isIPv6 = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
            LinuxSockets.SetOption(socket, isIPv6 ? LinuxSockets.IpProtocolIPv6 : LinuxSockets.IpProtocolIP,
                isIPv6 ? LinuxSockets.IPv6ReceivePacketInfo : LinuxSockets.IpPacketInfo, 1);
        }

        LinuxSockets.IgnorePathMtu(socket);
        socket.ReceiveBufferSize = UdpListeners.SocketBuffer;
        socket.SendBufferSize = UdpListeners.SocketBuffer;
    }

    private static bool IsWildcard(IPEndPoint endpoint) => endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);

    private void Serve()
    {
        using var memory = new DatagramBatch(_isWildcard);
        CounterBlock counters = _counters.ForThisThread;
        var batch = new Datagram[DatagramBatch.Capacity];
        var random = new Draw((uint)Environment.CurrentManagedThreadId * 2_654_435_761);
        var errors = new ReceiveErrors(counters, _stop);
        int socket = (int)_socket.Handle;
        int batchesLeft = int.MaxValue;
        while (batchesLeft > 0)
        {
            Volatile.Write(ref _turns, _turns + 1);
            // Stopping answers what had arrived, under whatever load: as many batches as the kernel's buffer may hold, without waiting.
            if (_stop.IsSet)
            {
                batchesLeft = Math.Min(batchesLeft, UdpListeners.BacklogDatagrams / DatagramBatch.Capacity) - 1;
            }

            int wait = batchesLeft < int.MaxValue ? LinuxSockets.DontWait : LinuxSockets.WaitForOne;
            int count = LinuxSockets.ReceiveMany(socket, memory.Received, DatagramBatch.Capacity, wait, null);
            if (count > 0)
            {
                errors.None();
                Answer(memory, batch, count, counters, ref random);
                memory.Reset(count);
            }
            else if (batchesLeft < int.MaxValue)
            {
                return;
            }
            else if (Marshal.GetLastPInvokeError() is not (LinuxSockets.TryAgain or LinuxSockets.Interrupted))
            {
                errors.One();
            }
        }
    }

    private void Answer(DatagramBatch memory, Datagram[] batch, int received, CounterBlock counters, ref Draw random)
    {
        int count = Take(memory.Received, received, batch, counters);
        _handler.HandleBatch(batch.AsSpan(0, count), counters, ref random);
        Send((int)_socket.Handle, memory.Sending, Collect(batch.AsSpan(0, count), memory), counters);
    }

    /// <summary>Those of the datagrams received that may have an answer.</summary>
    /// <returns>How many.</returns>
    private int Take(LinuxSockets.MessageHeader* received, int count, Datagram[] batch, CounterBlock counters)
    {
        int taken = 0;
        for (int i = 0; i < count; i++)
        {
            ref LinuxSockets.MessageHeader request = ref received[i];
            if ((request.Flags & LinuxSockets.Cut) != 0)
            {
                counters.Add(Counter.DroppedOversized);
                continue;
            }

            // The port in both families. Nothing can be sent to port 0, and trying would cut the batch of answers in two.
            if (*(ushort*)(request.Name + 2) == 0)
            {
                counters.Add(Counter.DroppedPortZero);
                continue;
            }

            ref Datagram datagram = ref batch[taken++];
            datagram.Header = i;
            datagram.Request = request.Vectors->Base;
            datagram.RequestLength = (int)request.Length;
            datagram.Response = datagram.Request + UdpListeners.RequestSize;
            datagram.Resolver = ReadName(request.Name);
            if (_proxies is not null && _proxies.Allows(datagram.Resolver) && !DatagramProxy.TryTakeOff(ref datagram))
            {
                counters.Add(Counter.BadProxyHeaders);
                taken--;
            }
        }

        return taken;
    }

    /// <summary>Makes messages of the answers, in their order; each has its own slot, the address and the control message of its request.</summary>
    /// <returns>How many.</returns>
    private int Collect(ReadOnlySpan<Datagram> batch, DatagramBatch memory)
    {
        int answers = 0;
        foreach (ref readonly Datagram datagram in batch)
        {
            if (datagram.ResponseLength == 0)
            {
                continue;
            }

            ref LinuxSockets.MessageHeader request = ref memory.Received[datagram.Header];
            if (_isWildcard)
            {
                AnswerFromSameAddress(ref request);
            }

            if (datagram.ResponseLength == QueryHandler.Streamed)
            {
                AnswerLater(datagram.Packet.ToArray(), datagram.Resolver, new ReadOnlySpan<byte>(request.Name, (int)request.NameLength).ToArray(),
                    new ReadOnlySpan<byte>(request.Control, (int)request.ControlLength).ToArray());
                continue;
            }

            LinuxSockets.IoVector* vector = memory.SendVectors + answers;
            vector->Base = datagram.Response;
            vector->Length = (nuint)datagram.ResponseLength;
            memory.Sending[answers++] = new LinuxSockets.MessageHeader
            {
                Name = request.Name,
                NameLength = request.NameLength,
                Vectors = vector,
                VectorCount = 1,
                Control = request.Control,
                ControlLength = request.ControlLength,
            };
        }

        return answers;
    }

    /// <summary>What takes time is sent by itself; this thread answers others meanwhile.</summary>
    private void AnswerLater(byte[] packet, Client resolver, byte[] name, byte[] control)
    {
        byte[] response = new byte[UdpListeners.ResponseSize];
        _ = Task.Run(() => _handler.AnswerLaterAsync(packet, resolver, response)).ContinueWith(answer => SendOne(response.AsSpan(0, answer.Result), name, control), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private void SendOne(ReadOnlySpan<byte> response, ReadOnlySpan<byte> name, ReadOnlySpan<byte> control)
    {
        fixed (byte* octets = response, to = name, from = control)
        {
            var vector = new LinuxSockets.IoVector { Base = octets, Length = (nuint)response.Length };
            var message = new LinuxSockets.MessageHeader
            {
                Name = to,
                NameLength = (uint)name.Length,
                Vectors = &vector,
                VectorCount = 1,
                Control = from,
                ControlLength = (nuint)control.Length,
            };
            bool isOurs = false;
            try
            {
                _socket.SafeHandle.DangerousAddRef(ref isOurs);
                Send((int)_socket.SafeHandle.DangerousGetHandle(), &message, 1, _counters.ForThisThread);
            }
            catch (ObjectDisposedException)
            {
                // The node stops; who asked asks again.
            }
            finally
            {
                if (isOurs)
                {
                    _socket.SafeHandle.DangerousRelease();
                }
            }
        }
    }

    private static void Send(int socket, LinuxSockets.MessageHeader* sending, int count, CounterBlock counters)
    {
        int sent = 0;
        while (sent < count)
        {
            int now = LinuxSockets.SendMany(socket, sending + sent, (uint)(count - sent), LinuxSockets.DontWait);
            if (now > 0)
            {
                sent += now;
            }
            else if (Marshal.GetLastPInvokeError() is var error && error != LinuxSockets.Interrupted)
            {
                // The first of the rest cannot be sent: drop it alone, and never wait for room.
                bool isFull = error is LinuxSockets.TryAgain or LinuxSockets.NoBufferSpace or LinuxSockets.OutOfMemory;
                counters.Add(isFull ? Counter.DroppedSendBufferFull : Counter.DroppedUnsendable);
                sent++;
            }
        }
    }

    /// <summary>sockaddr_in: family, port, address at 4; sockaddr_in6: family, port, flow, address at 8.</summary>
    private Client ReadName(byte* name) => _isIPv6
        ? new Client(true, BinaryPrimitives.ReadUInt128BigEndian(new ReadOnlySpan<byte>(name + 8, 16)), 128, ClientSource.Resolver)
        : new Client(false, (UInt128)BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(name + 4, 4)) << 96, 32, ClientSource.Resolver);

    /// <summary>Turns the control message of the request (on which local address it came) into that of the answer: the same source address, the route's own
    /// interface, but for link-local IPv6, which means nothing without its interface.</summary>
    private void AnswerFromSameAddress(ref LinuxSockets.MessageHeader request)
    {
        const int header = 16;
        if (request.ControlLength < header + 12)
        {
            request.ControlLength = 0;
            return;
        }

        byte* data = request.Control + header;
        if (!_isIPv6)
        {
            // struct in_pktinfo: interface, local address, destination address.
            *(int*)data = 0;
        }
        else if (!(data[0] == 0xFE && (data[1] & 0xC0) == 0x80))
        {
            // struct in6_pktinfo: local address, interface.
            *(int*)(data + 16) = 0;
        }
    }
}
