using System.Security.Cryptography;
using System.Text;

namespace GslbServer;

/// <summary>The bearer tokens of <c>--admin-token-file</c>, read again when the file changes. A file that cannot be used lets nobody in.</summary>
internal sealed class AdminTokens
{
    private readonly string _file;
    private readonly Lock _gate = new();
    private (DateTime WrittenAt, long Length) _seen;
    private IReadOnlyList<AdminToken> _tokens = [];

    public AdminTokens(string file)
    {
        _file = file;
        Refresh();
    }

    /// <summary>Why no token is accepted; null when some are.</summary>
    public string? Problem { get; private set; }

    /// <summary>Lines <c>TOKEN</c> or <c>NAME:TOKEN</c>; blank lines and those that begin with <c>#</c> are skipped.</summary>
    public static IReadOnlyList<AdminToken> Parse(string text)
    {
        var tokens = new List<AdminToken>();
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string secret = line[(colon + 1)..].Trim();
            if (secret.Length > 0)
            {
                tokens.Add(new AdminToken(colon > 0 ? line[..colon].Trim() : null, secret));
            }
        }

        return tokens;
    }

    /// <summary>The token with this secret. The time it takes tells nothing of the secrets.</summary>
    public AdminToken? Find(string secret)
    {
        Refresh();
        byte[] given = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        AdminToken? found = null;
        foreach (AdminToken token in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(token.Secret))))
            {
                found = token;
            }
        }

        return found;
    }

    private void Refresh()
    {
        lock (_gate)
        {
            try
            {
                var info = new FileInfo(_file);
                (DateTime, long) now = (info.LastWriteTimeUtc, info.Exists ? info.Length : -1);
                if (now == _seen)
                {
                    return;
                }

                _tokens = Parse(File.ReadAllText(_file));
                _seen = now;
                Problem = _tokens.Count > 0 ? null : $"--admin-token-file {_file}: holds no token; expected lines TOKEN or NAME:TOKEN.";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _tokens = [];
                _seen = default;
                Problem = $"--admin-token-file {_file}: cannot be read: {e.Message}";
            }
        }
    }
}

/// <param name="Name">Who holds it; null when the file does not say.</param>
internal sealed record AdminToken(string? Name, string Secret);
