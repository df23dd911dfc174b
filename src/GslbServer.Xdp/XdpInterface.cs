using System.Net;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>An interface whose queries come here instead of to the kernel: the program attached to it and a socket for each of its queues. The attachment is a link: it ends with the process,
/// whichever way that ends.</summary>
internal sealed class XdpInterface : IDisposable
{
    /// <summary>Addresses times ports.</summary>
    private const int MaxEndpoints = 4096;

    private readonly int _index;
    private readonly long _hardware;
    private readonly List<int> _descriptors = [];
    private readonly List<XdpSocket> _sockets = [];
    private readonly Dictionary<IPEndPoint, byte[]> _served = [];
    private readonly int _endpoints;

    private XdpInterface(string name, IReadOnlyList<int> queues, PayloadBits leave)
    {
        Name = name;
        _index = (int)Kernel.InterfaceIndex(name);
        _hardware = LinkInformation.HardwareAddress(name);
        if (_index == 0)
        {
            throw new XdpException($"there is no interface {name}");
        }

        try
        {
            int count = LinkInformation.ReceiveQueues(name);
            if (queues.FirstOrDefault(queue => queue >= count, -1) is >= 0 and var missing)
            {
                throw new XdpException($"there is no queue {missing}; {name} has {(count == 1 ? "queue 0" : $"queues 0 to {count - 1}")}");
            }

            _endpoints = Keep(BpfObjects.CreateMap("gslb_endpoints", BpfObjects.Hash, RedirectProgram.KeySize, sizeof(int), MaxEndpoints));
            int map = Keep(BpfObjects.CreateMap("gslb_sockets", BpfObjects.SocketMap, sizeof(int), sizeof(int), count));
            foreach (int queue in queues.Count > 0 ? queues : [.. Enumerable.Range(0, count)])
            {
                var socket = new XdpSocket(_index, queue);
                _sockets.Add(socket);
                BpfObjects.Update(map, BitConverter.GetBytes(queue), socket.Descriptor);
            }

            IsNative = Attach(Keep(BpfObjects.Load("gslb_redirect", RedirectProgram.Assemble(_hardware, _endpoints, map, leave))));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>Whether the driver itself runs the program, before the kernel makes packets of the frames.</summary>
    public bool IsNative { get; }

    public bool IsZeroCopy => _sockets.Any(socket => socket.IsZeroCopy);

    public bool IsLoopback => LinkInformation.IsLoopback(Name);

    /// <summary>Octets of an IP packet.</summary>
    public int Mtu => LinkInformation.Mtu(Name);

    /// <summary>One for each queue.</summary>
    public IReadOnlyList<XdpSocket> Sockets => _sockets;

    /// <summary>Whether the interface that was attached to is no more, or has another hardware address; one of the same name may have come since.</summary>
    public bool IsGone => Kernel.InterfaceIndex(Name) != _index || LinkInformation.HardwareAddress(Name) != _hardware;

    /// <param name="queues">None for all.</param>
    /// <param name="leave">Payloads that are left to the kernel.</param>
    /// <exception cref="XdpException">What is missing.</exception>
    public static XdpInterface Open(string name, IReadOnlyList<int> queues, PayloadBits leave) => new(name, queues, leave);

    /// <summary>From now on queries to these endpoints, and no others, come here.</summary>
    public void Serve(IReadOnlyCollection<IPEndPoint> endpoints)
    {
        foreach (IPEndPoint old in _served.Keys.Except(endpoints).ToList())
        {
            BpfObjects.Delete(_endpoints, _served[old]);
            _served.Remove(old);
        }

        foreach (IPEndPoint endpoint in endpoints.Where(endpoint => !_served.ContainsKey(endpoint)))
        {
            byte[] key = RedirectProgram.EndpointKey(endpoint.Address, endpoint.Port);
            BpfObjects.Update(_endpoints, key, 1);
            _served[endpoint] = key;
        }
    }

    /// <summary>What comes from now on is the kernel's; what has come can still be answered.</summary>
    public void Detach()
    {
        // The link is the last of them.
        foreach (int descriptor in Enumerable.Reverse(_descriptors))
        {
            Kernel.Close(descriptor);
        }

        _descriptors.Clear();
    }

    public void Dispose()
    {
        Detach();
        _sockets.ForEach(socket => socket.Dispose());
        _sockets.Clear();
    }

    /// <summary>Native mode, else the kernel's generic one, which any driver has.</summary>
    /// <returns>Whether it is native.</returns>
    private bool Attach(int program)
    {
        const int exists = 17;
        foreach (int mode in new[] { BpfObjects.Native, BpfObjects.Generic })
        {
            int link = BpfObjects.Attach(program, _index, mode);
            if (link >= 0)
            {
                Keep(link);
                return mode == BpfObjects.Native;
            }

            if (Marshal.GetLastPInvokeError() is Kernel.Busy or exists)
            {
                throw new XdpException($"{Name} has another XDP program attached (`ip link show {Name}` tells which); detach it first");
            }
        }

        throw XdpException.Last($"attach the XDP program to {Name}");
    }

    private int Keep(int descriptor)
    {
        _descriptors.Add(descriptor);
        return descriptor;
    }
}
