using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace GslbServer.State;

/// <summary>Signs what a node writes to a store and verifies what it reads there, so that who has the store has not the traffic. HMAC-SHA256 over the key's name and the record: a
/// record copied to another key is worth nothing there. Whether it is old its own revision or sequence says. <see cref="Off"/> signs nothing and takes everything.</summary>
public sealed class StateSigner
{
    /// <summary>Characters of a key: what <c>openssl rand -hex 16</c> prints is the shortest.</summary>
    public const int ShortestKey = 32;

    /// <summary>A line that takes unsigned records too, while a cluster goes over to signing.</summary>
    private const string TakesUnsigned = "unsigned";

    private const int TagOctets = HMACSHA256.HashSizeInBytes, TagCharacters = 43;

    private static readonly byte[] FieldStart = [.. ",\"sig\":\""u8], FieldEnd = [.. "\"}"u8], Mark = [.. "gslbsig1"u8];

    private readonly byte[][] _keys;
    private readonly bool _takesUnsigned;

    private StateSigner(byte[][] keys, bool takesUnsigned) => (_keys, _takesUnsigned) = (keys, takesUnsigned);

    public static StateSigner Off { get; } = new([], true);

    public bool IsOn => _keys.Length > 0;

    /// <summary>One key a line; the first signs, all verify, so a new one is added below on every node, then put first, and the old one removed. Empty lines and lines that begin with
    /// <c>#</c> mean nothing; the word <c>unsigned</c> takes unsigned records too.</summary>
    /// <returns>Null where it cannot be used.</returns>
    public static StateSigner? Read(string path, out string problem)
    {
        problem = "";
        try
        {
            string[] lines = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
            string[] keys = [.. lines.Where(line => line != TakesUnsigned)];
            if (keys.Length == 0)
                problem = $"{path} holds no key (expected one a line, at least {ShortestKey} characters: openssl rand -hex 32)";
            else if (Array.FindIndex(keys, key => key.Length < ShortestKey) is >= 0 and int i)
                problem = $"{path}: key {i + 1} has {keys[i].Length} characters (expected at least {ShortestKey}: openssl rand -hex 32)";
            else
                return new StateSigner([.. keys.Select(Encoding.UTF8.GetBytes)], keys.Length != lines.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        return null;
    }

    /// <param name="name">The key, and the field or number within it that this record stands for.</param>
    /// <returns>43 characters of base64url; empty when nothing is signed.</returns>
    public string Tag(string name, ReadOnlySpan<byte> record) => IsOn ? Base64Url.EncodeToString(Mac(_keys[0], name, record)) : "";

    /// <summary>Whether a record may be believed: it bears the tag of any of the keys, or unsigned ones are taken and it has none.</summary>
    public bool Verifies(string name, ReadOnlySpan<byte> record, string tag)
    {
        if (!IsOn || (_takesUnsigned && tag.Length == 0))
            return true;
        Span<byte> given = stackalloc byte[TagOctets];
        return tag.Length == TagCharacters && Base64Url.DecodeFromChars(tag, given, out _, out int written) == OperationStatus.Done && written == TagOctets && Verifies(name, record, given);
    }

    /// <summary>A JSON object with its tag as the last property, <c>sig</c>, which those who do not verify pass over.</summary>
    public byte[] Seal(string name, byte[] json) => IsOn ? [.. json.AsSpan()[..^1], .. FieldStart, .. Encoding.ASCII.GetBytes(Tag(name, json)), .. FieldEnd] : json;

    /// <param name="json">The object as it was before <see cref="Seal"/>.</param>
    public bool TryOpen(string name, byte[]? stored, [NotNullWhen(true)] out byte[]? json)
    {
        json = stored;
        if (stored is null || !IsOn)
            return stored is not null;
        int start = stored.Length - FieldStart.Length - TagCharacters - FieldEnd.Length;
        if (start <= 0 || !stored.AsSpan(start).StartsWith(FieldStart) || !stored.AsSpan().EndsWith(FieldEnd))
            return Verifies(name, stored, "");
        json = [.. stored.AsSpan(0, start), (byte)'}'];
        return Verifies(name, json, Encoding.ASCII.GetString(stored, start + FieldStart.Length, TagCharacters));
    }

    /// <summary>Octets that are no JSON, with their tag behind.</summary>
    public byte[] SealOctets(string name, byte[] octets) => IsOn ? [.. octets, .. Mac(_keys[0], name, octets), .. Mark] : octets;

    /// <param name="octets">As they were before <see cref="SealOctets"/>.</param>
    public bool TryOpenOctets(string name, byte[] stored, out byte[] octets)
    {
        int length = stored.Length - TagOctets - Mark.Length;
        octets = stored;
        if (length < 0 || !stored.AsSpan().EndsWith(Mark))
            return _takesUnsigned;
        octets = stored[..length];
        return !IsOn || Verifies(name, octets, stored.AsSpan(length, TagOctets));
    }

    private bool Verifies(string name, ReadOnlySpan<byte> record, ReadOnlySpan<byte> tag)
    {
        foreach (byte[] key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(Mac(key, name, record), tag))
                return true;
        }

        return false;
    }

    private static byte[] Mac(byte[] key, string name, ReadOnlySpan<byte> record)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        byte[] named = Encoding.UTF8.GetBytes(name);
        // Its length first, so that no name and record read as another name and record.
        mac.AppendData([(byte)(named.Length >> 24), (byte)(named.Length >> 16), (byte)(named.Length >> 8), (byte)named.Length]);
        mac.AppendData(named);
        mac.AppendData(record);
        return mac.GetHashAndReset();
    }
}
