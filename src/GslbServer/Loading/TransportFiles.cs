using GslbServer.Dns;

namespace GslbServer;

/// <summary>The certificate and the cookie secrets on disk: read at the start, watched, and put in force when they change. What cannot be read changes nothing.</summary>
internal sealed partial class TransportFiles
{
    private readonly string? _secretFile;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private QueryGuard? _guard;

    /// <exception cref="StartupException">All that is wrong with them.</exception>
    public TransportFiles(TransportOptions options, TimeProvider time, ILogger logger)
    {
        (_secretFile, _time, _logger) = (options.CookieSecretFile, time, logger);
        var problems = new List<string>();
        if (ReadSecrets(_secretFile, out string problem) is { } secrets)
        {
            Secrets = secrets;
        }
        else
        {
            problems.Add(problem);
        }

        if (options is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            Certificate = TlsCertificate.Load(certificate, key, out problem);
            problems.AddRange(Certificate is null ? [problem] : Array.Empty<string>());
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }
    }

    /// <summary>As they were at the start; from then on the guard has them.</summary>
    public CookieSecrets Secrets { get; } = CookieSecrets.Random();

    /// <summary>Null without encrypted listeners.</summary>
    public TlsCertificate? Certificate { get; }

    /// <param name="guard">Gets new secrets.</param>
    public async Task WatchAsync(QueryGuard guard, CancellationToken stop)
    {
        _guard = guard;
        var secrets = new FileWatch(_secretFile is null ? [] : [_secretFile]);
        var certificate = new FileWatch(Certificate?.Files ?? []);
        using var timer = new PeriodicTimer(FileWatch.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (secrets.HasChanged())
                {
                    ReloadSecrets();
                }

                if (certificate.HasChanged())
                {
                    ReloadCertificate();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Both, now.</summary>
    public void Reload()
    {
        ReloadSecrets();
        ReloadCertificate();
    }

    private void ReloadSecrets()
    {
        if (_secretFile is null || _guard is null)
        {
            return;
        }

        if (ReadSecrets(_secretFile, out string problem) is { } secrets)
        {
            _guard.Secrets = secrets;
            Log.Reloaded(_logger, _secretFile);
        }
        else
        {
            Log.Refused(_logger, $"{problem}; in force stay the cookie secrets read before");
        }
    }

    private void ReloadCertificate()
    {
        if (Certificate is null)
        {
            return;
        }

        if (Certificate.Reload() is { } problem)
        {
            Log.Refused(_logger, problem);
        }
        else
        {
            Log.Reloaded(_logger, Certificate.Files[0]);
        }
    }

    private static CookieSecrets? ReadSecrets(string? file, out string problem)
    {
        problem = "";
        if (file is null)
        {
            return CookieSecrets.Random();
        }

        try
        {
            CookieSecrets? secrets = CookieSecrets.Parse(File.ReadAllText(file), out string error);
            problem = $"{file}:{error}";
            return secrets;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{file}: cannot be read: {e.Message}";
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(221, LogLevel.Information, "Reloaded: {File}")]
        public static partial void Reloaded(ILogger logger, string file);

        [LoggerMessage(222, LogLevel.Error, "{Problem}")]
        public static partial void Refused(ILogger logger, string problem);
    }
}
