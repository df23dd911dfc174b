using System.Security.Cryptography;

namespace GslbServer;

/// <summary>The bearer tokens of <c>--admin-token-file</c>, read again when the file changes. With errors in it those read before stay; without a file, or without a token in it, nobody
/// gets in.</summary>
internal sealed partial class AdminTokens
{
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private string _seen = "";
    private IReadOnlyList<AdminToken> _tokens = [];

    public AdminTokens(string file, TimeProvider time, ILogger logger)
    {
        (_file, _time, _logger) = (file, time, logger);
        Problems = Refresh();
    }

    /// <summary>What is wrong with the file as it was last read, one line each; empty when its tokens are in force.</summary>
    public IReadOnlyList<string> Problems { get; private set; }

    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>The token with this secret, of those that have not expired, or the one that has. The time it takes tells nothing of the secrets.</summary>
    public AdminToken? Find(string secret, out bool isExpired)
    {
        Look();
        byte[] given = AdminToken.HashOf(secret);
        AdminToken? found = null;
        foreach (AdminToken token in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(given, token.Hash.Span))
            {
                found = token;
            }
        }

        isExpired = found?.Expires <= _time.GetUtcNow();
        return found;
    }

    /// <summary>The line of a client certificate, by any of its names.</summary>
    public AdminToken? FindCertificate(IReadOnlyList<string> names, out bool isExpired)
    {
        Look();
        AdminToken? found = _tokens.FirstOrDefault(token => token.Certificate is { } name && names.Contains(name));
        isExpired = found?.Expires <= _time.GetUtcNow();
        return found;
    }

    /// <summary>Reads the file where it has changed, and says in the log what came of it.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (_seen == Signature())
            {
                return;
            }

            int before = _tokens.Count;
            Problems = Refresh();
            foreach (string problem in Problems)
            {
                Log.Refused(_logger, problem);
            }

            if (Problems.Count == 0)
            {
                Log.Reloaded(_logger, _tokens.Count, _file);
            }
            else if (_tokens.Count > 0)
            {
                Log.Kept(_logger, before);
            }
        }
    }

    private IReadOnlyList<string> Refresh()
    {
        _seen = Signature();
        try
        {
            if (new FileInfo(_file).Length > AdminTokenFile.MaxLength)
            {
                return [$"{_file}: longer than {AdminTokenFile.MaxLength} octets; {AdminTokenFile.Expected}"];
            }

            var read = AdminTokenFile.Parse(_file, File.ReadAllText(_file));
            if (read.Errors.Count > 0)
            {
                return read.Errors;
            }

            _tokens = read.Tokens;
            foreach (string warning in read.Warnings.Concat(Permissions(_file)))
            {
                Log.Warning(_logger, warning);
            }

            return _tokens.Count > 0 ? [] : [$"--admin-token-file {_file}: holds no token; {AdminTokenFile.Expected}."];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _tokens = [];
            return [$"--admin-token-file {_file}: cannot be read: {e.Message}"];
        }
    }

    /// <summary>What the file is now; through links, for that is how Kubernetes replaces secrets.</summary>
    private string Signature()
    {
        try
        {
            var file = new FileInfo(_file);
            FileInfo target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? $"{target.FullName} {target.Length} {target.LastWriteTimeUtc.Ticks}" : "none";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static IEnumerable<string> Permissions(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            yield return $"{file}: everybody on this machine may read or write it, and with it every token; chmod 600 {file}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(801, LogLevel.Information, "{Tokens} tokens from {File}")]
        public static partial void Reloaded(ILogger logger, int tokens, string file);

        [LoggerMessage(802, LogLevel.Error, "{Problem}")]
        public static partial void Refused(ILogger logger, string problem);

        [LoggerMessage(803, LogLevel.Error, "In force stay the {Tokens} tokens read before")]
        public static partial void Kept(ILogger logger, int tokens);

        [LoggerMessage(804, LogLevel.Warning, "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);
    }
}
