using System.Runtime.InteropServices;
using System.Text;

namespace GslbServer;

/// <summary>Maps, programs and links, as descriptors: each ends when its last descriptor is closed, and so at the latest with the process, however that ends.</summary>
internal static unsafe class BpfObjects
{
    private const int MapCreate = 0, MapUpdate = 2, MapDelete = 3, ProgramLoad = 5, LinkCreate = 28;
    private const int XdpProgram = 6, AttachXdp = 37, NameSize = 16;

    /// <summary>Map types.</summary>
    public const int Hash = 1, SocketMap = 17;

    /// <summary>Flags of an attachment.</summary>
    public const int Generic = 2, Native = 4;

    /// <exception cref="XdpException"/>
    public static int CreateMap(string name, int type, int keySize, int valueSize, int entries)
    {
        Span<byte> attributes = stackalloc byte[48];
        attributes.Clear();
        Write(attributes, 0, type, keySize, valueSize, entries);
        Encoding.ASCII.GetBytes(name, attributes.Slice(28, NameSize - 1));
        return Check(MapCreate, attributes, $"create the map {name}");
    }

    /// <exception cref="XdpException"/>
    public static void Update(int map, ReadOnlySpan<byte> key, int value) => Element(MapUpdate, map, key, &value, "write into a map");

    /// <summary>One that is not there is gone already.</summary>
    public static void Delete(int map, ReadOnlySpan<byte> key)
    {
        try
        {
            Element(MapDelete, map, key, null, "delete from a map");
        }
        catch (XdpException)
        {
        }
    }

    /// <exception cref="XdpException">With what the verifier says.</exception>
    public static int Load(string name, ReadOnlySpan<BpfInstruction> program)
    {
        const int logSize = 4096;
        Span<byte> attributes = stackalloc byte[72];
        Span<byte> log = stackalloc byte[logSize];
        attributes.Clear();
        log.Clear();
        fixed (BpfInstruction* code = program)
        {
            fixed (byte* license = "MIT\0"u8, words = log)
            {
                Write(attributes, 0, XdpProgram, program.Length);
                MemoryMarshal.Write(attributes[8..], (ulong)code);
                MemoryMarshal.Write(attributes[16..], (ulong)license);
                Encoding.ASCII.GetBytes(name, attributes.Slice(48, NameSize - 1));
                Write(attributes, 68, AttachXdp);
                long loaded = Call(ProgramLoad, attributes);
                if (loaded >= 0)
                {
                    return (int)loaded;
                }

                // Again, for the verifier's words.
                XdpException failure = XdpException.Last("load the XDP program");
                Write(attributes, 24, 1, logSize);
                MemoryMarshal.Write(attributes[32..], (ulong)words);
                Call(ProgramLoad, attributes);
                string said = Encoding.ASCII.GetString(log).TrimEnd('\0', '\n');
                throw said.Length == 0 ? failure : new XdpException($"{failure.Message}: {said.Split('\n')[^1]}");
            }
        }
    }

    /// <summary>Attaches by a link.</summary>
    /// <returns>The link's descriptor, or -1, with the last P/Invoke error set.</returns>
    public static int Attach(int program, int interfaceIndex, int flags)
    {
        Span<byte> attributes = stackalloc byte[48];
        attributes.Clear();
        Write(attributes, 0, program, interfaceIndex, AttachXdp, flags);
        return (int)Call(LinkCreate, attributes);
    }

    private static void Element(int command, int map, ReadOnlySpan<byte> key, void* value, string what)
    {
        Span<byte> attributes = stackalloc byte[32];
        attributes.Clear();
        fixed (byte* at = key)
        {
            Write(attributes, 0, map);
            MemoryMarshal.Write(attributes[8..], (ulong)at);
            MemoryMarshal.Write(attributes[16..], (ulong)value);
            Check(command, attributes, what);
        }
    }

    private static int Check(int command, Span<byte> attributes, string what)
    {
        long result = Call(command, attributes);
        return result >= 0 ? (int)result : throw XdpException.Last(what);
    }

    private static long Call(int command, Span<byte> attributes)
    {
        fixed (byte* at = attributes)
        {
            return Kernel.Bpf(command, at, attributes.Length);
        }
    }

    private static void Write(Span<byte> attributes, int offset, params ReadOnlySpan<int> values) => MemoryMarshal.AsBytes(values).CopyTo(attributes[offset..]);
}
