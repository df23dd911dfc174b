using System.Buffers.Binary;

namespace GslbServer.Dns;

internal enum Section
{
    Answer,
    Authority,
    Additional,
}

/// <summary>Writes the header, question and RRsets of one response in wire order, within a limit. An RRset that does not fit leaves no trace.</summary>
internal ref struct MessageWriter
{
    private Span<byte> _buffer;
    private int _limit; // what stays free behind it is for OPT
    private int _reserved;
    private int _questionEnd;
    private NameCompressor _names;
    private int _position;
    private ushort _answers, _authorities, _additionals;

    /// <summary>Makes a default value ready, where it stands: a copy of all this would cost as much as looking up a name.</summary>
    /// <param name="question">Name, type and class as they came.</param>
    /// <param name="reserved">Octets to keep free for OPT.</param>
    public void Begin(Span<byte> buffer, int limit, int reserved, scoped ReadOnlySpan<byte> question)
    {
        _buffer = buffer;
        _reserved = reserved;
        _limit = Math.Min(limit, buffer.Length) - reserved;
        question.CopyTo(buffer[MessageLimits.Header..]);
        _questionEnd = MessageLimits.Header + question.Length;
        _position = _questionEnd;
        if (!question.IsEmpty) _names.Remember(MessageLimits.Header, question.Length - 5, buffer);
    }

    /// <summary>Octets written.</summary>
    public readonly int Position => _position;

    /// <summary>Octets that the whole message may have.</summary>
    public readonly int Limit => _limit + _reserved;

    /// <summary>Takes everything behind the question back.</summary>
    public void Reset()
    {
        _position = _questionEnd;
        _names.Forget(0);
        if (_questionEnd > MessageLimits.Header) _names.Remember(MessageLimits.Header, _questionEnd - MessageLimits.Header - 5, _buffer);
        (_answers, _authorities, _additionals) = (0, 0, 0);
    }

    /// <summary>Writes a whole RRset from its stored form.</summary>
    /// <param name="data">Records, each after its length in two octets.</param>
    /// <returns>False, and nothing written, when it does not fit.</returns>
    public bool TryAdd(Section section, scoped in OwnerName owner, RecordType type, uint ttl, scoped ReadOnlySpan<byte> data, int count)
        => TryAdd(section, owner.Name, owner.Offset, type, ttl, data, count);

    /// <param name="owner">Spelled out, as far as nothing of it stands in the message.</param>
    public bool TryAdd(Section section, scoped ReadOnlySpan<byte> owner, RecordType type, uint ttl, scoped ReadOnlySpan<byte> data, int count)
        => TryAdd(section, owner, 0, type, ttl, data, count);

    private bool TryAdd(Section section, scoped ReadOnlySpan<byte> owner, int ownerAt, RecordType type, uint ttl, scoped ReadOnlySpan<byte> data, int count)
    {
        (int position, int names) = (_position, _names.Count);
        for (int i = 0; i < count; i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(data);
            if (!TryBegin(owner, ref ownerAt, type, DnsClass.In, ttl) || !TryWriteRdata(type, data.Slice(2, length)))
            {
                _position = position;
                _names.Forget(names);
                return false;
            }
            data = data[(length + 2)..];
        }
        Count(section, count);
        return true;
    }

    /// <summary>Writes RRSIG records.</summary>
    /// <param name="signatures">Records, each after its length in two octets.</param>
    public bool TryAddSignatures(Section section, scoped in OwnerName owner, uint ttl, scoped ReadOnlySpan<byte> signatures)
        => TryAdd(section, owner.Name, owner.Offset, RecordType.RRSIG, ttl, signatures, CountIn(signatures));

    /// <param name="owner">Spelled out, as far as nothing of it stands in the message.</param>
    public bool TryAddSignatures(Section section, scoped ReadOnlySpan<byte> owner, uint ttl, scoped ReadOnlySpan<byte> signatures)
        => TryAdd(section, owner, 0, RecordType.RRSIG, ttl, signatures, CountIn(signatures));

    /// <summary>Writes records of equal length without names in them, starting at one of them and going round.</summary>
    public bool TryAddRotated(scoped in OwnerName owner, RecordType type, uint ttl, scoped ReadOnlySpan<byte> rdatas, int length, int first)
    {
        (int position, int names, int ownerAt) = (_position, _names.Count, owner.Offset);
        int count = rdatas.Length / length;
        for (int i = 0, record = first; i < count; i++, record = record + 1 == count ? 0 : record + 1)
        {
            if (!TryBegin(owner.Name, ref ownerAt, type, DnsClass.In, ttl) || !TryWritePlain(rdatas.Slice(record * length, length)))
            {
                _position = position;
                _names.Forget(names);
                return false;
            }
        }
        Count(Section.Answer, count);
        return true;
    }

    /// <summary>Writes HTTPS or SVCB records with other addresses in the hints that mean the owner (<see cref="ServiceBindingHints"/>).</summary>
    public bool TryAddServiceBinding(scoped in OwnerName owner, scoped in RRset set, uint ttl, scoped ReadOnlySpan<byte> ipv4, scoped ReadOnlySpan<byte> ipv6)
    {
        (int position, int names, int ownerAt) = (_position, _names.Count, owner.Offset);
        ReadOnlySpan<byte> data = set.Data;
        for (int i = 0; i < set.Count; i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(data);
            if (!TryBegin(owner.Name, ref ownerAt, set.Type, DnsClass.In, ttl) || !TryWriteHints(owner.Name, data.Slice(2, length), ipv4, ipv6))
            {
                _position = position;
                _names.Forget(names);
                return false;
            }
            data = data[(length + 2)..];
        }
        Count(Section.Answer, set.Count);
        return true;
    }

    /// <summary>Writes one record of any class, its RDATA as it is.</summary>
    public bool TryAddPlain(scoped in OwnerName owner, RecordType type, ushort recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata)
    {
        (int position, int names, int ownerAt) = (_position, _names.Count, owner.Offset);
        if (!TryBegin(owner.Name, ref ownerAt, type, recordClass, ttl) || !TryWritePlain(rdata))
        {
            _position = position;
            _names.Forget(names);
            return false;
        }
        Count(Section.Answer, 1);
        return true;
    }

    /// <summary>Writes one record of the answer, the names in its RDATA compressed where they may be.</summary>
    /// <param name="ownerAt">0 for an owner that is new; then where the next record of the same owner can point at.</param>
    public bool TryAddRecord(scoped ReadOnlySpan<byte> owner, ref int ownerAt, RecordType type, uint ttl, scoped ReadOnlySpan<byte> rdata)
    {
        (int position, int names) = (_position, _names.Count);
        if (!TryBegin(owner, ref ownerAt, type, DnsClass.In, ttl) || !TryWriteRdata(type, rdata))
        {
            _position = position;
            _names.Forget(names);
            return false;
        }
        Count(Section.Answer, 1);
        return true;
    }

    /// <summary>Writes one link of an alias chain.</summary>
    /// <param name="targetAt">Where the target can be pointed at as owner of what follows.</param>
    public bool TryAddCname(scoped in OwnerName owner, uint ttl, scoped ReadOnlySpan<byte> target, out int targetAt)
    {
        (int position, int names, int ownerAt) = (_position, _names.Count, owner.Offset);
        targetAt = 0;
        if (!TryBegin(owner.Name, ref ownerAt, RecordType.CNAME, DnsClass.In, ttl) || !TryWriteLengthAndName(target, out targetAt))
        {
            _position = position;
            _names.Forget(names);
            return false;
        }
        Count(Section.Answer, 1);
        return true;
    }

    /// <summary>Writes the CNAME that a DNAME stands for. Its target is spelled out, so that it can be read from the message afterwards.</summary>
    /// <param name="labels">The labels in front of the DNAME's owner, without a root label.</param>
    /// <param name="suffix">The DNAME's target; both together are at most 255 octets.</param>
    public bool TryAddSynthesized(scoped in OwnerName owner, uint ttl, scoped ReadOnlySpan<byte> labels, scoped ReadOnlySpan<byte> suffix, out OwnerName targetOwner)
    {
        (int position, int names, int ownerAt) = (_position, _names.Count, owner.Offset);
        targetOwner = default;
        int length = labels.Length + suffix.Length;
        if (!TryBegin(owner.Name, ref ownerAt, RecordType.CNAME, DnsClass.In, ttl) || _limit - _position < length + 2)
        {
            _position = position;
            _names.Forget(names);
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], (ushort)length);
        Span<byte> target = _buffer.Slice(_position + 2, length);
        labels.CopyTo(target);
        suffix.CopyTo(target[labels.Length..]);
        _names.Remember(_position + 2, length - 1, _buffer);
        targetOwner = OwnerName.At(_position + 2, target);
        _position += length + 2;
        Count(Section.Answer, 1);
        return true;
    }

    /// <summary>Writes OPT behind the last section, then the header.</summary>
    /// <param name="optLength">0 for none.</param>
    /// <returns>Where OPT goes.</returns>
    public Span<byte> Finish(ushort id, ushort flags, int optLength)
    {
        Span<byte> opt = _buffer.Slice(_position, optLength);
        _position += optLength;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer, id);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], flags);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[4..], _questionEnd > MessageLimits.Header ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[6..], _answers);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[8..], _authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], (ushort)(_additionals + (optLength > 0 ? 1 : 0)));
        return opt;
    }

    /// <summary>Whether the name at an offset of the message is this one.</summary>
    public readonly bool IsAt(int offset, ReadOnlySpan<byte> name) => NameCompressor.IsAt(_buffer, offset, name);

    /// <summary>Reads a name that stands in the message.</summary>
    /// <param name="name">At least 255 octets.</param>
    public readonly ReadOnlySpan<byte> NameAt(int offset, Span<byte> name)
    {
        int length = 0;
        while (true)
        {
            // The message is our own, so pointers lead backwards to names.
            while (_buffer[offset] >= 0xC0) offset = ((_buffer[offset] & 0x3F) << 8) | _buffer[offset + 1];
            ReadOnlySpan<byte> label = _buffer.Slice(offset, _buffer[offset] + 1);
            label.CopyTo(name[length..]);
            length += label.Length;
            offset += label.Length;
            if (label.Length == 1) return name[..length];
        }
    }

    /// <summary>The RDATA written last, each after its length: those of the last RRset, from here on, whose owners are pointers or names of ours.</summary>
    /// <param name="from">Where the RRset begins.</param>
    public readonly byte[] RecordsFrom(int from)
    {
        byte[] records = [];
        while (from < _position)
        {
            while (_buffer[from] is not 0 and < 0xC0) from += _buffer[from] + 1;
            from += (_buffer[from] == 0 ? 1 : 2) + 8;
            int length = 2 + BinaryPrimitives.ReadUInt16BigEndian(_buffer[from..]);
            records = [.. records, .. _buffer.Slice(from, length)];
            from += length;
        }
        return records;
    }

    private static int CountIn(scoped ReadOnlySpan<byte> records)
    {
        int count = 0;
        for (; !records.IsEmpty; records = records[(2 + BinaryPrimitives.ReadUInt16BigEndian(records))..]) count++;
        return count;
    }

    private void Count(Section section, int records)
    {
        switch (section)
        {
            case Section.Answer: _answers += (ushort)records; break;
            case Section.Authority: _authorities += (ushort)records; break;
            default: _additionals += (ushort)records; break;
        }
    }

    /// <summary>Owner, type, class and TTL.</summary>
    /// <param name="ownerAt">Where to point at for the owner; 0 spells it out, and then becomes what the next records can point at.</param>
    private bool TryBegin(scoped ReadOnlySpan<byte> owner, ref int ownerAt, RecordType type, ushort recordClass, uint ttl)
    {
        if (ownerAt > 0)
        {
            if (_limit - _position < 2) return false;
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], (ushort)(0xC000 | ownerAt));
            _position += 2;
        }
        else
        {
            if (!TryWriteName(owner, out int at)) return false;
            if (at < NameCompressor.PointerRange) ownerAt = at;
        }
        if (_limit - _position < 8) return false;
        Span<byte> head = _buffer.Slice(_position, 8);
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], recordClass);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], ttl);
        _position += 8;
        return true;
    }

    private bool TryWritePlain(scoped ReadOnlySpan<byte> rdata)
    {
        if (_limit - _position < rdata.Length + 2) return false;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], (ushort)rdata.Length);
        rdata.CopyTo(_buffer[(_position + 2)..]);
        _position += rdata.Length + 2;
        return true;
    }

    private bool TryWriteRdata(RecordType type, scoped ReadOnlySpan<byte> rdata)
    {
        RdataLayout layout = RdataLayout.Compressible(type);
        return layout.Names == 0 ? TryWritePlain(rdata) : TryWriteCompressed(layout, rdata);
    }

    private bool TryWriteCompressed(RdataLayout layout, scoped ReadOnlySpan<byte> rdata)
    {
        int lengthAt = _position;
        _position += 2;
        if (!TryCopy(rdata[..layout.Fixed])) return false;
        rdata = rdata[layout.Fixed..];
        for (int i = 0; i < layout.Names; i++)
        {
            int length = RdataLayout.NameLength(rdata);
            if (!TryWriteName(rdata[..length], out _)) return false;
            rdata = rdata[length..];
        }
        if (!TryCopy(rdata)) return false;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[lengthAt..], (ushort)(_position - lengthAt - 2));
        return true;
    }

    private bool TryWriteHints(scoped ReadOnlySpan<byte> owner, scoped ReadOnlySpan<byte> rdata, scoped ReadOnlySpan<byte> ipv4, scoped ReadOnlySpan<byte> ipv6)
    {
        if (!ServiceBindingHints.IsOfOwner(rdata, owner, out int parametersAt)) return TryWritePlain(rdata);
        int lengthAt = _position;
        _position += 2;
        if (!TryCopy(rdata[..parametersAt])) return false;
        rdata = rdata[parametersAt..];
        while (!rdata.IsEmpty)
        {
            ReadOnlySpan<byte> parameter = ServiceBindingHints.Next(ref rdata);
            bool fits = ServiceBindingHints.AddressLength(parameter) switch
            {
                4 => TryWriteHint(parameter, ipv4),
                16 => TryWriteHint(parameter, ipv6),
                _ => TryCopy(parameter),
            };
            if (!fits) return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[lengthAt..], (ushort)(_position - lengthAt - 2));
        return true;
    }

    /// <summary>Writes the parameter's key with these addresses, or nothing without any.</summary>
    private bool TryWriteHint(scoped ReadOnlySpan<byte> parameter, scoped ReadOnlySpan<byte> addresses)
    {
        if (addresses.IsEmpty) return true;
        if (_limit - _position < 4 + addresses.Length) return false;
        parameter[..2].CopyTo(_buffer[_position..]);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_position + 2)..], (ushort)addresses.Length);
        addresses.CopyTo(_buffer[(_position + 4)..]);
        _position += 4 + addresses.Length;
        return true;
    }

    private bool TryWriteLengthAndName(scoped ReadOnlySpan<byte> name, out int at)
    {
        int lengthAt = _position;
        _position += 2;
        if (!TryWriteName(name, out at)) return false;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[lengthAt..], (ushort)(_position - lengthAt - 2));
        return true;
    }

    private bool TryCopy(scoped ReadOnlySpan<byte> octets)
    {
        if (_limit - _position < octets.Length) return false;
        octets.CopyTo(_buffer[_position..]);
        _position += octets.Length;
        return true;
    }

    /// <summary>Writes a name as labels and a pointer.</summary>
    /// <param name="at">Where it can be pointed at: itself, or what it points at if it is nothing but a pointer.</param>
    private bool TryWriteName(scoped ReadOnlySpan<byte> name, out int at)
    {
        int start = at = _position;
        int target = _names.Find(name, _buffer, out int keep);
        if (_limit - _position < keep + (target >= 0 ? 2 : 1)) return false;
        name[..keep].CopyTo(_buffer[_position..]);
        _position += keep;
        if (target >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], (ushort)(0xC000 | target));
            _position += 2;
            if (keep == 0) at = target;
        }
        else
        {
            _buffer[_position++] = 0;
        }
        _names.Remember(start, keep, _buffer);
        return true;
    }
}
