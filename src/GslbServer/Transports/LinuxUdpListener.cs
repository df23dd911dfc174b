using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One serving thread: its own SO_REUSEPORT socket, batches of datagrams by recvmmsg and sendmmsg on memory that never moves.</summary>
/// <remarks>A full send buffer or a vanished route drops that answer and is counted; the thread never stops for it and never queues.</remarks>
internal sealed unsafe class LinuxUdpListener : IUdpListener
{
    /// <summary>Datagrams per system call: at 32 the call's cost per datagram has become small, and the batch still fits the second-level cache.</summary>
    private const int Batch = 32;

    private const int RequestSize = UdpListeners.RequestSize;
    private const int ResponseSize = UdpListeners.ResponseSize;
    private const int NameSize = 32;
    private const int ControlSize = 64;

    private readonly Socket _socket;
    private readonly QueryHandler _handler;
    private readonly Counters _counters;
    private readonly bool _isIPv6;
    private readonly bool _isWildcard;
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <param name="index">Of the thread among those that share the port.</param>
    public LinuxUdpListener(IPEndPoint endpoint, QueryHandler handler, Counters counters, int index)
    {
        _handler = handler;
        _counters = counters;
        _isIPv6 = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
        _isWildcard = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        _socket = Bind(endpoint);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Serve) { IsBackground = true, Name = $"udp {LocalEndPoint} {index}" };
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The layouts in <see cref="LinuxSockets"/> hold here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stopping = true;
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _socket.Dispose();
    }

    private Socket Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            SetOption(socket, LinuxSockets.SolSocket, LinuxSockets.SoReusePort, 1);
            Span<long> timeout = [0, (long)UdpListeners.StopLatency.TotalMicroseconds];
            socket.SetRawSocketOption(LinuxSockets.SolSocket, LinuxSockets.SoReceiveTimeout, MemoryMarshal.AsBytes(timeout));
            if (_isIPv6)
            {
                socket.DualMode = false;
            }

            if (_isWildcard)
            {
                SetOption(socket, _isIPv6 ? LinuxSockets.IpProtocolIPv6 : LinuxSockets.IpProtocolIP,
                    _isIPv6 ? LinuxSockets.IPv6ReceivePacketInfo : LinuxSockets.IpPacketInfo, 1);
            }

            socket.ReceiveBufferSize = UdpListeners.SocketBuffer;
            socket.SendBufferSize = UdpListeners.SocketBuffer;
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void SetOption(Socket socket, int level, int option, int value) =>
        socket.SetRawSocketOption(level, option, MemoryMarshal.AsBytes(new Span<int>(ref value)));

    private void Serve()
    {
        const int slot = RequestSize + ResponseSize + NameSize + ControlSize;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(Batch * (slot + 2 * (nuint)sizeof(LinuxSockets.MessageHeader) + 2 * (nuint)sizeof(LinuxSockets.IoVector)), 64);
        try
        {
            var received = (LinuxSockets.MessageHeader*)memory;
            LinuxSockets.MessageHeader* sending = received + Batch;
            var receiveVectors = (LinuxSockets.IoVector*)(sending + Batch);
            LinuxSockets.IoVector* sendVectors = receiveVectors + Batch;
            byte* slots = (byte*)(sendVectors + Batch);
            for (int i = 0; i < Batch; i++)
            {
                byte* start = slots + i * slot;
                receiveVectors[i] = new LinuxSockets.IoVector { Base = start, Length = RequestSize };
                sendVectors[i] = new LinuxSockets.IoVector { Base = start + RequestSize };
                byte* name = start + RequestSize + ResponseSize;
                received[i] = new LinuxSockets.MessageHeader { Name = name, Vectors = receiveVectors + i, VectorCount = 1, Control = name + NameSize };
            }

            Loop((int)_socket.Handle, received, sending, sendVectors);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private void Loop(int socket, LinuxSockets.MessageHeader* received, LinuxSockets.MessageHeader* sending, LinuxSockets.IoVector* sendVectors)
    {
        var batch = new Datagram[Batch];
        CounterBlock counters = _counters.ForThisThread;
        var random = new Draw((uint)Environment.CurrentManagedThreadId * 2_654_435_761);
        int batchesLeft = int.MaxValue;
        while (batchesLeft > 0)
        {
            // Stopping answers what had arrived, under whatever load: as many batches as the kernel's buffer may hold, without waiting.
            if (_stopping)
            {
                batchesLeft = Math.Min(batchesLeft, UdpListeners.BacklogDatagrams / Batch) - 1;
            }

            for (int i = 0; i < Batch; i++)
            {
                received[i].NameLength = NameSize;
                received[i].ControlLength = _isWildcard ? ControlSize : 0u;
            }

            int count = LinuxSockets.ReceiveMany(socket, received, Batch, batchesLeft < int.MaxValue ? LinuxSockets.DontWait : LinuxSockets.WaitForOne, null);
            if (count <= 0)
            {
                if (batchesLeft < int.MaxValue)
                {
                    return;
                }

                continue;
            }

            for (int i = 0; i < count; i++)
            {
                batch[i].Request = received[i].Vectors->Base;
                batch[i].RequestLength = (int)received[i].Length;
                batch[i].Response = received[i].Vectors->Base + RequestSize;
                batch[i].Resolver = ReadName(received[i].Name);
            }

            _handler.HandleBatch(batch.AsSpan(0, count), counters, ref random);
            int answers = Collect(batch.AsSpan(0, count), received, sending, sendVectors);
            Send(socket, sending, answers, counters);
        }
    }

    /// <summary>Makes messages of the answers, in their order; each has its own slot, the address and the control message of its request.</summary>
    /// <returns>How many.</returns>
    private int Collect(ReadOnlySpan<Datagram> batch, LinuxSockets.MessageHeader* received, LinuxSockets.MessageHeader* sending, LinuxSockets.IoVector* sendVectors)
    {
        int answers = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            if (batch[i].ResponseLength == 0)
            {
                continue;
            }

            ref LinuxSockets.MessageHeader request = ref received[i];
            if (_isWildcard)
            {
                AnswerFromSameAddress(ref request);
            }

            LinuxSockets.IoVector* vector = sendVectors + answers;
            vector->Base = batch[i].Response;
            vector->Length = (nuint)batch[i].ResponseLength;
            sending[answers++] = new LinuxSockets.MessageHeader
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
            else if (Marshal.GetLastPInvokeError() != LinuxSockets.Interrupted)
            {
                // The first of the rest cannot be sent (full buffer, no route): drop it alone.
                counters.Add(Counter.DroppedUnsendable);
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
