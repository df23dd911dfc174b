using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>Registers of RFC 9669 section 2: R0 takes results, R1 to R5 are arguments and lost in a call, R6 to R9 stay, R10 is the frame.</summary>
internal enum Reg
{
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, Frame,
}

/// <summary>Writes eBPF (RFC 9669) instruction by instruction, with labels that may be used before they are placed; every jump is forward, so every program ends.</summary>
internal sealed class BpfAssembler
{
    private const byte LoadOctet = 0x71, LoadHalf = 0x69, LoadWord = 0x61, StoreWord = 0x63, StoreImmediateWord = 0x62, LoadDouble = 0x18;
    private const byte MoveImmediate = 0xB7, Move = 0xBF, AddImmediate = 0x07, AndImmediate = 0x57;
    private const byte Jump = 0x05, IfEqual = 0x15, IfNotEqual = 0x55, IfAnySet = 0x45, IfGreater = 0x2D, Call = 0x85, Exit = 0x95;

    /// <summary>As source of <see cref="LoadDouble"/>: the immediate is a map's descriptor.</summary>
    private const int MapDescriptor = 1;

    private readonly List<BpfInstruction> _code = [];
    private readonly List<(int At, string Label)> _jumps = [];
    private readonly Dictionary<string, int> _labels = [];

    public BpfAssembler Octet(Reg to, Reg at, int offset) => Add(LoadOctet, to, at, offset, 0);

    public BpfAssembler Half(Reg to, Reg at, int offset) => Add(LoadHalf, to, at, offset, 0);

    public BpfAssembler Word(Reg to, Reg at, int offset) => Add(LoadWord, to, at, offset, 0);

    public BpfAssembler Store(Reg at, int offset, Reg word) => Add(StoreWord, at, word, offset, 0);

    public BpfAssembler StoreConstant(Reg at, int offset, int word) => Add(StoreImmediateWord, at, Reg.R0, offset, word);

    public BpfAssembler Set(Reg to, Reg from) => Add(Move, to, from, 0, 0);

    public BpfAssembler SetConstant(Reg to, int value) => Add(MoveImmediate, to, Reg.R0, 0, value);

    public BpfAssembler AddConstant(Reg to, int value) => Add(AddImmediate, to, Reg.R0, 0, value);

    public BpfAssembler And(Reg to, int mask) => Add(AndImmediate, to, Reg.R0, 0, mask);

    /// <summary>The map, as helpers take it. Two instructions long.</summary>
    public BpfAssembler Map(Reg to, int descriptor) => Add(LoadDouble, to, (Reg)MapDescriptor, 0, descriptor).Add(0, Reg.R0, Reg.R0, 0, 0);

    public BpfAssembler Helper(int number) => Add(Call, Reg.R0, Reg.R0, 0, number);

    public BpfAssembler Return() => Add(Exit, Reg.R0, Reg.R0, 0, 0);

    public BpfAssembler GoTo(string label) => JumpTo(label, Jump, Reg.R0, Reg.R0, 0);

    public BpfAssembler GoToIfEqual(Reg one, int value, string label) => JumpTo(label, IfEqual, one, Reg.R0, value);

    public BpfAssembler GoToUnlessEqual(Reg one, int value, string label) => JumpTo(label, IfNotEqual, one, Reg.R0, value);

    public BpfAssembler GoToIfAnySet(Reg one, int mask, string label) => JumpTo(label, IfAnySet, one, Reg.R0, mask);

    public BpfAssembler GoToIfGreater(Reg one, Reg other, string label) => JumpTo(label, IfGreater, one, other, 0);

    /// <summary>The next instruction is where jumps to this label go.</summary>
    public BpfAssembler Label(string label)
    {
        _labels.Add(label, _code.Count);
        return this;
    }

    /// <exception cref="InvalidOperationException">A jump to a label that is not placed, or backwards.</exception>
    public BpfInstruction[] Assemble()
    {
        Span<BpfInstruction> code = CollectionsMarshal.AsSpan(_code);
        foreach ((int at, string label) in _jumps)
        {
            int distance = _labels.GetValueOrDefault(label, -1) - at - 1;
            if (distance < 0)
            {
                throw new InvalidOperationException($"instruction {at} jumps to {label}, which is not ahead");
            }

            code[at].Offset = (short)distance;
        }

        return code.ToArray();
    }

    private BpfAssembler Add(byte operation, Reg destination, Reg source, int offset, int immediate)
    {
        _code.Add(new BpfInstruction(operation, (int)destination, (int)source, (short)offset, immediate));
        return this;
    }

    private BpfAssembler JumpTo(string label, byte operation, Reg one, Reg other, int value)
    {
        _jumps.Add((_code.Count, label));
        return Add(operation, one, other, 0, value);
    }
}
