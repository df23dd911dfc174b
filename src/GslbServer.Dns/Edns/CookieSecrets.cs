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
    private const ulong Version = 1;

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
    /// <param name="upper">The first 64 bits of the sender's address, left-aligned.</param>
    /// <param name="lower">The last 64 bits; 0 for IPv4.</param>
    /// <param name="now">Seconds since 1970, which may wrap (RFC 1982).</param>
    public CookieState Answer(ReadOnlySpan<byte> packet, ref Query query, bool isIPv6, ulong upper, ulong lower, uint now)
    {
        if (query.CookieLength == 0) return CookieState.Absent;
        ReadOnlySpan<byte> cookie = packet.Slice(query.CookieOffset, query.CookieLength);
        ulong client = BinaryPrimitives.ReadUInt64LittleEndian(cookie);
        CookieState state = cookie.Length == ClientLength ? CookieState.ClientOnly : CookieState.Bad;
        if (cookie.Length == ClientLength + CookieLength)
        {
            ulong head = BinaryPrimitives.ReadUInt64BigEndian(cookie[ClientLength..]);
            ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(cookie[(ClientLength + 8)..]);
            int age = (int)(now - (uint)head);
            if (head >> 56 == Version && age is >= -Ahead and <= Lifetime && SecretOf(hash, client, head, isIPv6, upper, lower) is >= 0 and int secret)
            {
                state = CookieState.Good;
                // One of another server, whose clock is ahead, is as fresh as can be.
                if (secret == 0 && age < Renewal)
                {
                    (query.ServerCookieHead, query.ServerCookieHash) = (head, hash);
                    return state;
                }
            }
        }
        query.ServerCookieHead = Version << 56 | now;
        query.ServerCookieHash = Hash(_secrets[0], client, query.ServerCookieHead, isIPv6, upper, lower);
        return state;
    }

    /// <returns>-1 where none of them made the hash.</returns>
    private int SecretOf(ulong hash, ulong client, ulong head, bool isIPv6, ulong upper, ulong lower)
    {
        for (int i = 0; i < _secrets.Length; i++)
        {
            // 64 bits in one comparison take the same time wherever they differ.
            if (Hash(_secrets[i], client, head, isIPv6, upper, lower) == hash) return i;
        }
        return -1;
    }

    /// <summary>Over client cookie, the server cookie's first half, and the address (RFC 9018 section 4.4).</summary>
    private static ulong Hash(UInt128 secret, ulong client, ulong head, bool isIPv6, ulong upper, ulong lower)
    {
        var hash = new SipHash(secret);
        hash.Add(client);
        hash.Add(BinaryPrimitives.ReverseEndianness(head));
        if (!isIPv6) return hash.Finish((ulong)(ClientLength + 8 + 4) << 56 | BinaryPrimitives.ReverseEndianness((uint)(upper >> 32)));
        hash.Add(BinaryPrimitives.ReverseEndianness(upper));
        hash.Add(BinaryPrimitives.ReverseEndianness(lower));
        return hash.Finish((ulong)(ClientLength + 8 + 16) << 56);
    }
}
