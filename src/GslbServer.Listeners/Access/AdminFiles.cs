namespace GslbServer;

/// <summary>What the admin listener has on disk: tokens, its certificate, authorities of clients. Read at the start, and again when they change; what cannot be read changes nothing.</summary>
internal sealed partial class AdminFiles
{
    private readonly AdminTlsOptions? _tls;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public AdminFiles(AdminListenerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_tls, _time, _logger) = (options.Tls, time, loggers.CreateLogger<AdminFiles>());
        var problems = new List<string>();
        if (options.TokenFile is { } file)
        {
            Tokens = new AdminTokens(file, time, loggers.CreateLogger<AdminTokens>());
            problems.AddRange(Tokens.Problems);
        }

        if (options.Tls is { } tls)
        {
            Certificate = TlsCertificate.Load(tls.CertificateFile, tls.KeyFile, out string problem);
            problems.AddRange(Certificate is null ? [problem] : Array.Empty<string>());
        }

        if (options.Tls?.ClientAuthorityFile is { } authority)
        {
            Authority = ClientAuthority.Load(authority, out string problem);
            problems.AddRange(Authority is null ? [problem] : Array.Empty<string>());
        }

        Problems = problems;
    }

    /// <summary>What was wrong with them at the start, one line each: then the listener must not open.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Null without a token file.</summary>
    public AdminTokens? Tokens { get; }

    /// <summary>Null for HTTP.</summary>
    public TlsCertificate? Certificate { get; }

    /// <summary>Null where clients are not asked for certificates.</summary>
    public ClientAuthority? Authority { get; }

    public async Task WatchAsync(CancellationToken stop)
    {
        var certificate = new FileWatch(Certificate?.Files ?? []);
        var authority = new FileWatch(_tls?.ClientAuthorityFile is { } file ? [file] : []);
        using var timer = new PeriodicTimer(FileWatch.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Tokens?.Look();
                if (certificate.HasChanged())
                {
                    Say(Certificate?.Reload(), _tls!.CertificateFile);
                }

                if (authority.HasChanged())
                {
                    Say(Authority?.Reload(), _tls!.ClientAuthorityFile!);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Say(string? problem, string file)
    {
        if (problem is null)
        {
            Log.Reloaded(_logger, file);
        }
        else
        {
            Log.Refused(_logger, problem);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(821, LogLevel.Information, "Reloaded: {File}")]
        public static partial void Reloaded(ILogger logger, string file);

        [LoggerMessage(822, LogLevel.Error, "{Problem}")]
        public static partial void Refused(ILogger logger, string problem);
    }
}
