using System.Security.Cryptography;
using System.Text;

namespace GslbServer.Balancer;

/// <summary>Keys of signed cookies: the first signs, all verify. To change keys, add the new one below on all balancers, then put it first, and remove the old one when its cookies have expired.</summary>
internal sealed class CookieKeys
{
    /// <summary>Characters of a key: what <c>openssl rand -hex 16</c> prints is the shortest.</summary>
    public const int ShortestKey = 32;

    private readonly byte[][] _keys;

    private CookieKeys(byte[][] keys) => _keys = keys;

    public static CookieKeys OfThisProcess { get; } = new([RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes)]);

    public static CookieKeys Of(params string[] keys) => new([.. keys.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>One key a line, as in the file of <c>--sign-state-key-file</c>. Empty lines and lines that begin with <c>#</c> mean nothing.</summary>
    /// <returns>Null where it cannot be used.</returns>
    public static CookieKeys? Read(string path, out string problem)
    {
        problem = "";
        try
        {
            string[] keys = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
            if (keys.Length == 0) problem = $"{path} holds no key, expected one a line, at least {ShortestKey} characters (openssl rand -hex 32)";
            else if (Array.FindIndex(keys, key => key.Length < ShortestKey) is >= 0 and int i)
                problem = $"{path}: key {i + 1} has {keys[i].Length} characters, expected at least {ShortestKey} (openssl rand -hex 32)";
            else return Of(keys);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
        }

        return null;
    }

    /// <param name="tag">The first octets of the HMAC-SHA256, as many as there is room for.</param>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> tag) => Mac(_keys[0], text, tag);

    public bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        expected = expected[..tag.Length];
        foreach (byte[] key in _keys)
        {
            Mac(key, text, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, tag)) return true;
        }

        return false;
    }

    private static void Mac(byte[] key, ReadOnlySpan<byte> text, Span<byte> tag)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text, whole);
        whole[..tag.Length].CopyTo(tag);
    }
}
