using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The signature of a request as its server sees it: whose it is, or what is wrong with it, and how the answer says so.</summary>
public sealed class TsigAnswer : IDisposable
{
    private readonly TsigChain? _chain; // null where the answer cannot be signed
    private readonly DomainName _keyName;
    private readonly DomainName _algorithm;
    private readonly ulong _timeSigned;

    private TsigAnswer(TsigChain? chain, TsigError error, in TsigRecord tsig)
    {
        (_chain, Error) = (chain, error);
        (_keyName, _algorithm, _timeSigned) = (tsig.KeyName, tsig.Algorithm, tsig.TimeSigned);
    }

    public TsigError Error { get; }

    /// <summary>Whose request it is; null unless its signature is good.</summary>
    public TsigKey? Key => Error == TsigError.None ? _chain?.Key : null;

    /// <summary>Octets to keep free behind each message of the answer.</summary>
    public int Reserve => _chain?.Reserve ?? TsigRecord.Length(_keyName, _algorithm, 0, 0);

    /// <summary>Verifies a request.</summary>
    /// <param name="tsigOffset">Where its TSIG stands: <see cref="Query.TsigOffset"/>.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="answer">Null with FORMERR.</param>
    /// <returns>NOERROR; FORMERR for a TSIG that cannot be read; NOTAUTH for any that is not good: <see cref="Error"/> says why.</returns>
    public static Rcode Verify(ReadOnlySpan<byte> packet, int tsigOffset, TsigKeys keys, ulong now, out TsigAnswer? answer)
    {
        answer = null;
        if (!TsigRecord.TryRead(packet, tsigOffset, out TsigRecord tsig)) return Rcode.FormErr;
        if (keys.Find(tsig.KeyName) is not { } key || !key.Algorithm.Name.Equals(tsig.Algorithm))
        {
            answer = new TsigAnswer(null, TsigError.BadKey, tsig);
            return Rcode.NotAuth;
        }
        // RFC 8945 section 5.2.2.1: longer than the MAC can be, or shorter than anybody may cut it.
        if (tsig.Mac.Length > key.Algorithm.MacLength || tsig.Mac.Length < key.Algorithm.MacLength / 2) return Rcode.FormErr;
        var chain = new TsigChain(key);
        TsigError error = chain.Verify(packet[..tsigOffset], tsig, now);
        if (error == TsigError.BadSig)
        {
            // Section 5.3.2: an error of key or MAC is answered without a MAC, or we would sign for anybody.
            chain.Dispose();
            answer = new TsigAnswer(null, error, tsig);
        }
        else
        {
            answer = new TsigAnswer(chain, error, tsig);
        }
        return error == TsigError.None ? Rcode.NoError : Rcode.NotAuth;
    }

    /// <summary>Ends the next message of the answer.</summary>
    /// <param name="message">With <see cref="Reserve"/> octets free behind <paramref name="length"/>.</param>
    /// <returns>Octets with its TSIG.</returns>
    public int Finish(Span<byte> message, int length, ulong now) => _chain?.Sign(message, length, now, Error)
        ?? TsigRecord.Append(message, length, _keyName, _algorithm, _timeSigned, [], BinaryPrimitives.ReadUInt16BigEndian(message), Error, []);

    public void Dispose() => _chain?.Dispose();
}
