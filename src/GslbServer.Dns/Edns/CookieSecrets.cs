using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>What a query's COOKIE option (RFC 7873) says of its sender.</summary>
public enum CookieState : byte
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>A client cookie alone: the sender wants to learn a server cookie.</summary>
    ClientOnly,

    /// <summary>With a server cookie that is not ours, or no longer in force.</summary>
    Bad,

    /// <summary>With one of ours: the sender's address is its own.</summary>
    Good,
}

/// <summary>Makes and checks server cookies that every server with the same secret understands (RFC 9018). The first secret makes them; all are accepted.</summary>
public sealed class CookieSecrets
{
    /// <summary>Octets of a server cookie: version, 3 reserved, timestamp, hash (RFC 9018 section 4).</summary>
    internal const int CookieLength = 16;

    /// <summary>Octets of a client cookie (RFC 7873 section 4).</summary>
    internal const int ClientLength = 8;

    /// <summary>Seconds that a cookie is accepted (RFC 9018 section 4.3).</summary>
    public const int Lifetime = 3600;

    /// <summary>Seconds that a cookie's time may be ahead of ours: clocks of a cluster differ (RFC 9018 section 4.3).</summary>
    public const int Ahead = 300;

    /// <summary>Seconds after which a client that shows a good cookie gets a new one (RFC 9018 section 4.3).</summary>
    public const int Renewal = 1800;

    /// <summary>Most secrets: each costs one hash for every cookie of an attacker.</summary>
    public const int MaxSecrets = 4;

    private const int SecretLength = 16;
    private const uint VersionAndReserved = 0x0100_0000;

    private readonly UInt128[] _secrets;

    private CookieSecrets(UInt128[] secrets) => _secrets = secrets;

    /// <summary>A secret of this server alone, forgotten with it.</summary>
    public static CookieSecrets Random() => new([BinaryPrimitives.ReadUInt128LittleEndian(RandomNumberGenerator.GetBytes(SecretLength))]);

    /// <summary>Reads secrets as BIND and Knot write them: 32 hexadecimal digits a line, the one in force first. Empty lines and those that begin with <c>#</c> do not count.</summary>
    /// <param name="error">Without the secret: <c>2: expected 32 hexadecimal digits</c>, the line first.</param>
    public static CookieSecrets? Parse(string text, out string error)
    {
        error = "";
        var secrets = new List<UInt128>();
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#') continue;
            if (lines[i].Length != 2 * SecretLength || !lines[i].All(char.IsAsciiHexDigit)) error = $"{i + 1}: expected 32 hexadecimal digits";
            else if (secrets.Count == MaxSecrets) error = $"{i + 1}: at most {MaxSecrets} secrets";
            else secrets.Add(BinaryPrimitives.ReadUInt128LittleEndian(Convert.FromHexString(lines[i])));
            if (error.Length > 0) return null;
        }
        if (secrets.Count > 0) return new CookieSecrets([.. secrets]);
        error = "1: no secret, expected 32 hexadecimal digits a line";
        return null;
    }

    /// <summary>Checks the query's cookie and prepares the one that its answer carries.</summary>
    /// <param name="address">The sender's, left-aligned.</param>
    /// <param name="now">Seconds since 1970, which may wrap (RFC 1982).</param>
    public CookieState Answer(ReadOnlySpan<byte> packet, ref Query query, bool isIPv6, UInt128 address, uint now)
    {
        if (query.CookieLength == 0) return CookieState.Absent;
        ReadOnlySpan<byte> cookie = packet.Slice(query.CookieOffset, query.CookieLength);
        // Client cookie, the server cookie's first half, and the address: what the hash is over.
        Span<byte> hashed = stackalloc byte[ClientLength + 8 + 16];
        cookie[..ClientLength].CopyTo(hashed);
        BinaryPrimitives.WriteUInt128BigEndian(hashed[(ClientLength + 8)..], address);
        hashed = hashed[..(ClientLength + 8 + (isIPv6 ? 16 : 4))];

        CookieState state = cookie.Length == ClientLength ? CookieState.ClientOnly : CookieState.Bad;
        query.ServerCookieHead = (ulong)VersionAndReserved << 32 | now;
        if (cookie.Length == ClientLength + CookieLength && cookie[ClientLength] == VersionAndReserved >> 24)
        {
            ulong head = BinaryPrimitives.ReadUInt64BigEndian(cookie[ClientLength..]);
            ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(cookie[(ClientLength + 8)..]);
            int age = (int)(now - (uint)head);
            BinaryPrimitives.WriteUInt64BigEndian(hashed[ClientLength..], head);
            if (age is >= -Ahead and <= Lifetime && SecretOf(hashed, hash) is >= 0 and int secret)
            {
                state = CookieState.Good;
                if (secret == 0 && age is >= 0 and < Renewal)
                {
                    (query.ServerCookieHead, query.ServerCookieHash) = (head, hash);
                    return state;
                }
            }
        }
        BinaryPrimitives.WriteUInt64BigEndian(hashed[ClientLength..], query.ServerCookieHead);
        query.ServerCookieHash = SipHash.Hash(_secrets[0], hashed);
        return state;
    }

    /// <returns>-1 where none of them made the hash.</returns>
    private int SecretOf(ReadOnlySpan<byte> hashed, ulong hash)
    {
        for (int i = 0; i < _secrets.Length; i++)
        {
            // 64 bits in one comparison take the same time wherever they differ.
            if (SipHash.Hash(_secrets[i], hashed) == hash) return i;
        }
        return -1;
    }
}
