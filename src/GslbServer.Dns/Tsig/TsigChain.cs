using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>What came of looking at one message of a chain.</summary>
public enum TsigCheck
{
    /// <summary>Signed, and all messages since the one signed before with it.</summary>
    Good,

    /// <summary>Not signed; a later one will have to be.</summary>
    Unsigned,

    /// <summary>Not signed where it had to be: the first message, the last one, and at least every hundredth (RFC 8945 section 5.3.1).</summary>
    Missing,

    /// <summary>Malformed, by another key, with another MAC, outside the time, or saying that ours was so.</summary>
    Bad,
}

/// <summary>The signatures of one exchange: a request, then one or more responses, each signed over the MAC of the one before (RFC 8945 section 5.3). The same object
/// signs on one side and checks on the other.</summary>
public sealed class TsigChain(TsigKey key) : IDisposable
{
    /// <summary>Seconds by which clocks may differ (RFC 8945 section 10 recommends 300).</summary>
    public const ushort Fudge = 300;

    /// <summary>Messages that may stand between two signed ones (section 5.3.1).</summary>
    private const int UnsignedInARow = 99;

    private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(key.Algorithm.Hash, key.Secret);
    private readonly byte[] _mac = new byte[key.Algorithm.MacLength];
    private int _signed; // messages that were signed; the request and the first response have all variables in their MAC, later ones the times only
    private int _unsigned; // in a row

    public TsigKey Key => key;

    /// <summary>Octets that <see cref="Sign"/> needs behind the message, at most.</summary>
    public int Reserve => TsigRecord.Length(key.Name, key.Algorithm.Name, key.Algorithm.MacLength, 6);

    /// <summary>What a bad message said of ours; for people.</summary>
    public TsigError PeerError { get; private set; }

    /// <summary>Signs a message where it stands.</summary>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="error">BADTIME goes with our time, so that the other may see by how much its clock is off (section 5.2.3).</param>
    /// <returns>Octets of the signed message.</returns>
    public int Sign(Span<byte> message, int length, ulong now, TsigError error = TsigError.None)
    {
        Span<byte> other = stackalloc byte[6];
        TsigRecord.WriteTime(other, now);
        ReadOnlySpan<byte> said = error == TsigError.BadTime ? other : default;
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(message);
        _hmac.AppendData(message[..length]);
        AppendTimes(now, Fudge, error, said);
        _hmac.GetHashAndReset(_mac);
        BeginNext(_mac);
        return TsigRecord.Append(message, length, key.Name, key.Algorithm.Name, now, _mac, id, error, said);
    }

    /// <summary>Looks at the next message of the other side.</summary>
    /// <param name="tsigOffset">Where its TSIG stands, which ends it; 0 for none.</param>
    public TsigCheck Check(ReadOnlySpan<byte> message, int tsigOffset, ulong now)
    {
        if (tsigOffset == 0)
        {
            _hmac.AppendData(message);
            return _signed < 2 || ++_unsigned > UnsignedInARow ? TsigCheck.Missing : TsigCheck.Unsigned;
        }
        if (!TsigRecord.TryRead(message, tsigOffset, out TsigRecord tsig)) return TsigCheck.Bad;
        PeerError = tsig.Error;
        return tsig.KeyName.Equals(key.Name) && Verify(message[..tsigOffset], tsig, now) == TsigError.None && tsig.Error == TsigError.None ? TsigCheck.Good : TsigCheck.Bad;
    }

    /// <summary>Checks a signed message and takes its MAC over for the next.</summary>
    /// <param name="message">Without the TSIG, which is still counted in its header.</param>
    /// <returns>In the order of section 5.2: key, MAC, time, truncation.</returns>
    internal TsigError Verify(ReadOnlySpan<byte> message, in TsigRecord tsig, ulong now)
    {
        if (!tsig.Algorithm.Equals(key.Algorithm.Name)) return TsigError.BadKey;
        Span<byte> header = stackalloc byte[MessageLimits.Header];
        message[..MessageLimits.Header].CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header, tsig.OriginalId);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(header[10..]) - 1));
        _hmac.AppendData(header);
        _hmac.AppendData(message[MessageLimits.Header..]);
        AppendTimes(tsig.TimeSigned, tsig.Fudge, tsig.Error, tsig.Other);
        _hmac.GetHashAndReset(_mac);
        BeginNext(tsig.Mac);
        int length = Math.Min(tsig.Mac.Length, _mac.Length);
        if (length == 0 || !CryptographicOperations.FixedTimeEquals(_mac.AsSpan(0, length), tsig.Mac[..length])) return TsigError.BadSig;
        ulong apart = now > tsig.TimeSigned ? now - tsig.TimeSigned : tsig.TimeSigned - now;
        if (apart > Math.Min(tsig.Fudge, Fudge)) return TsigError.BadTime;
        return tsig.Mac.Length < _mac.Length ? TsigError.BadTrunc : TsigError.None;
    }

    public void Dispose() => _hmac.Dispose();

    /// <summary>The rest of what is digested (section 4.3.3): all variables, or the timers.</summary>
    private void AppendTimes(ulong time, ushort fudge, TsigError error, ReadOnlySpan<byte> other)
    {
        Span<byte> octets = stackalloc byte[8];
        if (_signed < 2)
        {
            _hmac.AppendData(key.Name.ToLower().Wire);
            _hmac.AppendData([0, 255, 0, 0, 0, 0]); // class ANY, TTL 0
            _hmac.AppendData(key.Algorithm.Name.Wire);
        }
        TsigRecord.WriteTime(octets, time);
        BinaryPrimitives.WriteUInt16BigEndian(octets[6..], fudge);
        _hmac.AppendData(octets);
        if (_signed >= 2) return;
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)error);
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], (ushort)other.Length);
        _hmac.AppendData(octets[..4]);
        _hmac.AppendData(other);
    }

    /// <summary>The next MAC is made over the one before, as it was sent.</summary>
    private void BeginNext(ReadOnlySpan<byte> mac)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)mac.Length);
        _hmac.AppendData(length);
        _hmac.AppendData(mac);
        _signed++;
        _unsigned = 0;
    }
}
