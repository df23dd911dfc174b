using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace GslbServer.State;

/// <summary>Seals what no store may read: AES-256-GCM under a secret that nodes share in a file and that never leaves them. What is sealed under one name opens under no other, so that nothing can be
/// put in another's place.</summary>
public sealed class KeySealer
{
    /// <summary>Characters of a secret, as of <see cref="StateSigner.ShortestKey"/>.</summary>
    public const int ShortestSecret = 32;

    private const int KeyOctets = 32;

    private static readonly byte[] Mark = [.. "gslbseal1"u8];

    private readonly byte[][] _keys;

    private KeySealer(byte[][] keys) => _keys = keys;

    /// <summary>One secret a line; the first seals, all open, so a new one is added below on every node, then put first, and the old one removed. Empty lines and lines that begin with <c>#</c> mean
    /// nothing. Others must not be able to read the file.</summary>
    /// <returns>Null where it cannot be used.</returns>
    public static KeySealer? Read(string path, out string problem)
    {
        problem = "";
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            {
                problem = $"others may read or write {path} (expected mode 0600: chmod 600 {path})";
                return null;
            }

            string[] secrets = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
            if (secrets.Length == 0)
                problem = $"{path} holds no secret (expected one a line, at least {ShortestSecret} characters: openssl rand -hex 32)";
            else if (Array.FindIndex(secrets, secret => secret.Length < ShortestSecret) is >= 0 and int i)
                problem = $"{path}: secret {i + 1} has {secrets[i].Length} characters (expected at least {ShortestSecret}: openssl rand -hex 32)";
            else
                return Of(secrets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        return null;
    }

    /// <summary>The first seals, all open.</summary>
    public static KeySealer Of(params IReadOnlyList<string> secrets) =>
        new([.. secrets.Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyOctets, info: "gslb keys"u8.ToArray()))]);

    /// <returns>Mark, nonce, tag, ciphertext.</returns>
    public byte[] Seal(string name, ReadOnlySpan<byte> plain)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        byte[] tag = new byte[AesGcm.TagByteSizes.MaxSize], cipher = new byte[plain.Length];
        using var aes = new AesGcm(_keys[0], tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag, Encoding.UTF8.GetBytes(name));
        return [.. Mark, .. nonce, .. tag, .. cipher];
    }

    /// <returns>False for what was changed, sealed under another name, or with a secret that is not ours.</returns>
    public bool TryOpen(string name, ReadOnlySpan<byte> box, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        int nonce = AesGcm.NonceByteSizes.MaxSize, tag = AesGcm.TagByteSizes.MaxSize;
        if (box.Length < Mark.Length + nonce + tag || !box.StartsWith(Mark))
            return false;
        box = box[Mark.Length..];
        byte[] opened = new byte[box.Length - nonce - tag];
        foreach (byte[] key in _keys)
        {
            using var aes = new AesGcm(key, tag);
            try
            {
                aes.Decrypt(box[..nonce], box[(nonce + tag)..], box.Slice(nonce, tag), opened, Encoding.UTF8.GetBytes(name));
                plain = opened;
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Perhaps another line of the file.
            }
        }

        return false;
    }
}
