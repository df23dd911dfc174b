using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>struct bpf_insn (RFC 9669 section 3).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfInstruction(byte operation, int destination, int source, short offset, int immediate)
{
    public const int Size = 8;

    public byte Operation = operation;

    /// <summary>Destination in the low four bits, source in the high ones.</summary>
    public byte Registers = (byte)(destination | source << 4);

    public short Offset = offset;

    public int Immediate = immediate;
}
