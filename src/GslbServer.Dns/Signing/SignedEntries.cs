using System.Buffers;
using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>What signing adds to each of many names, in blocks: RRsets of its own (NSEC, at the apex DNSKEY and kin) and the signatures of all RRsets. Frozen once filled.</summary>
/// <remarks>An entry is the number of its RRsets (2 octets), of RRsets with signatures (2), octets of the former (4), then both as <see cref="RRset"/>
/// stores them; signatures stand under the type that they cover.</remarks>
internal sealed class SignedEntries(int count)
{
    /// <summary>Names in a block: small enough that several threads share the work, large enough for little overhead.</summary>
    public const int BlockSize = 256;

    private const int HeaderLength = 8;

    private readonly byte[][] _blocks = new byte[(count + BlockSize - 1) / BlockSize][];
    private readonly int[] _at = new int[count]; // in the block; -1 where nothing is added

    public int BlockCount => _blocks.Length;

    public bool Has(int index) => _at[index] >= 0;

    /// <summary>RRsets that signing added.</summary>
    public RRsetWalk SetsOf(int index)
    {
        if (_at[index] < 0) return default;
        ReadOnlySpan<byte> entry = EntryOf(index);
        return new RRsetWalk(entry[HeaderLength..], BinaryPrimitives.ReadUInt16BigEndian(entry));
    }

    /// <summary>Signatures, each set under the type that it covers and with the TTL of what it signs.</summary>
    public RRsetWalk SignaturesOf(int index)
    {
        if (_at[index] < 0) return default;
        ReadOnlySpan<byte> entry = EntryOf(index);
        return new RRsetWalk(entry[(HeaderLength + BinaryPrimitives.ReadInt32BigEndian(entry[4..]))..], BinaryPrimitives.ReadUInt16BigEndian(entry[2..]));
    }

    private ReadOnlySpan<byte> EntryOf(int index) => _blocks[index / BlockSize].AsSpan(_at[index]);

    /// <summary>Fills one block, entry by entry.</summary>
    internal sealed class Writer(SignedEntries entries, int block)
    {
        private readonly ArrayBufferWriter<byte> _octets = new(BlockSize * 256);
        private readonly ArrayBufferWriter<byte> _sets = new(1024);
        private readonly ArrayBufferWriter<byte> _signatures = new(1024);
        private int _setCount, _signatureCount;

        public int First => block * BlockSize;

        public int End => Math.Min(First + BlockSize, entries._at.Length);

        public void AddSet(RecordType type, uint ttl, IReadOnlyList<byte[]> rdatas)
        {
            int length = rdatas.Sum(rdata => 2 + rdata.Length);
            Span<byte> to = _sets.GetSpan(RRset.HeaderLength + length);
            RRset.WriteHeader(to, type, rdatas.Count, ttl, length);
            to = to[RRset.HeaderLength..];
            foreach (byte[] rdata in rdatas)
            {
                BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)rdata.Length);
                rdata.CopyTo(to[2..]);
                to = to[(2 + rdata.Length)..];
            }
            _sets.Advance(RRset.HeaderLength + length);
            _setCount++;
        }

        /// <summary>The RRsets of the entry so far.</summary>
        public RRsetWalk Sets => new(_sets.WrittenSpan, _setCount);

        /// <param name="signatures">Records, each after its length.</param>
        public void AddSignatures(RecordType covered, uint ttl, ReadOnlySpan<byte> signatures)
        {
            int count = 0;
            for (ReadOnlySpan<byte> rest = signatures; !rest.IsEmpty; rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..]) count++;
            Span<byte> to = _signatures.GetSpan(RRset.HeaderLength + signatures.Length);
            RRset.WriteHeader(to, covered, count, ttl, signatures.Length);
            signatures.CopyTo(to[RRset.HeaderLength..]);
            _signatures.Advance(RRset.HeaderLength + signatures.Length);
            _signatureCount++;
        }

        public void Skip(int index) => entries._at[index] = -1;

        public void EndEntry(int index)
        {
            entries._at[index] = _octets.WrittenCount;
            Span<byte> header = _octets.GetSpan(HeaderLength);
            BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)_setCount);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)_signatureCount);
            BinaryPrimitives.WriteInt32BigEndian(header[4..], _sets.WrittenCount);
            _octets.Advance(HeaderLength);
            _octets.Write(_sets.WrittenSpan);
            _octets.Write(_signatures.WrittenSpan);
            _sets.ResetWrittenCount();
            _signatures.ResetWrittenCount();
            (_setCount, _signatureCount) = (0, 0);
        }

        public void EndBlock() => entries._blocks[block] = _octets.WrittenSpan.ToArray();
    }
}
