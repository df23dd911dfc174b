namespace GslbServer;

/// <summary>What the admin listener has on disk: tokens, its certificate, authorities of clients. Read at the start, and again when they change; what cannot be read changes nothing.</summary>
internal sealed partial class AdminFiles
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <exception cref="StartupException">All that is wrong with them.</exception>
    public AdminFiles(NodeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_time, _logger) = (time, loggers.CreateLogger<AdminFiles>());
        var problems = new List<string>();
        if (options.AdminTokenFile is { } file)
        {
            Tokens = new AdminTokens(file, time, loggers.CreateLogger<AdminTokens>());
            problems.AddRange(Tokens.Problems);
        }

        try
        {
            Certificate = options.AdminTls is { } tls ? TlsCertificate.Load(tls.CertificateFile, tls.KeyFile) : null;
        }
        catch (StartupException e)
        {
            problems.AddRange(e.Problems);
        }

        if (options.AdminTls?.ClientAuthorityFile is { } authority)
        {
            Authority = ClientAuthority.Load(authority, out string problem);
            problems.AddRange(Authority is null ? [problem] : Array.Empty<string>());
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }
    }

    /// <summary>Null without a token file.</summary>
    public AdminTokens? Tokens { get; }

    /// <summary>Null for HTTP.</summary>
    public TlsCertificate? Certificate { get; }

    /// <summary>Null where clients are not asked for certificates.</summary>
    public ClientAuthority? Authority { get; }

    public async Task WatchAsync(AdminTlsOptions? tls, CancellationToken stop)
    {
        var certificate = new FileWatch(Certificate?.Files ?? []);
        var authority = new FileWatch(tls?.ClientAuthorityFile is { } file ? [file] : []);
        using var timer = new PeriodicTimer(FileWatch.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Tokens?.Look();
                if (certificate.HasChanged())
                {
                    Say(Certificate?.Reload(), tls!.CertificateFile);
                }

                if (authority.HasChanged())
                {
                    Say(Authority?.Reload(), tls!.ClientAuthorityFile!);
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
