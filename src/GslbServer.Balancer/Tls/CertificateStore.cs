using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Balancer;

/// <summary>Certificates and authorities in force, of clients' side and backends' side. Files that change are read again; a bad one leaves in force what was, and says so.</summary>
internal sealed class CertificateStore : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ServingState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateStore> _logger;
    private readonly Lock _loading = new();
    private readonly Dictionary<(string Path, string? KeyPath, string? Password), Watched<CertificateFile>> _certificates = [];
    private readonly Dictionary<string, Watched<X509Certificate2Collection>> _authorities = [];
    private volatile InForce _inForce = null!; // Set by Apply, in the constructor.

    public CertificateStore(ServingState state, TimeProvider time, ILogger<CertificateStore> logger)
    {
        (_state, _time, _logger) = (state, time, logger);
        Apply(state.Settings);
    }

    /// <summary>Of the clients' side. Take it once per connection.</summary>
    public (ServerCertificates Certificates, TlsSettings Settings, X509Certificate2Collection? Authorities) Server
    {
        get
        {
            InForce now = _inForce;
            return (now.Server, now.Tls, now.Tls.TrustedCa is { } ca ? now.Authorities.GetValueOrDefault(ca) : null);
        }
    }

    public CertificateFile? Of(CertificateSettings settings) => _inForce.Certificates.GetValueOrDefault(settings.Key);

    public X509Certificate2Collection? AuthoritiesOf(string path) => _inForce.Authorities.GetValueOrDefault(path);

    /// <summary>Certificates in force, by the paths of their files.</summary>
    public IEnumerable<(string Path, X509Certificate2 Leaf)> All => _inForce.Certificates.Select(entry => (entry.Key.Path, entry.Value.Leaf)).DistinctBy(entry => entry.Path);

    /// <summary>Loads what new settings name. They were checked, so files that are bad now have changed since, and the next look may find them good.</summary>
    public void Apply(Settings settings)
    {
        lock (_loading)
        {
            foreach (CertificateSettings wanted in Wanted(settings).Where(wanted => !_certificates.ContainsKey(wanted.Key)))
            {
                _certificates[wanted.Key] = new Watched<CertificateFile>([wanted.Path, .. wanted.KeyPath is { } key ? [key] : Array.Empty<string>()], (out CertificateFile? loaded, out string problem) => CertificateFile.TryLoad(wanted, out loaded, out problem));
            }

            foreach (string path in WantedAuthorities(settings).Where(path => !_authorities.ContainsKey(path)))
            {
                _authorities[path] = new Watched<X509Certificate2Collection>([path], (out X509Certificate2Collection? loaded, out string problem) =>
                {
                    bool isGood = CertificateFile.TryLoadAuthorities(path, out X509Certificate2Collection read, out problem);
                    loaded = read;
                    return isGood;
                });
            }

            HashSet<(string, string?, string?)> kept = [.. Wanted(settings).Select(wanted => wanted.Key)];
            foreach (var key in _certificates.Keys.Where(key => !kept.Contains(key)).ToArray()) _certificates.Remove(key);
            foreach (string path in _authorities.Keys.Except(WantedAuthorities(settings)).ToArray()) _authorities.Remove(path);
            Publish(settings.Options.Tls);
        }
    }

    /// <summary>Looks at all files once. Changed ones are read when they are the same twice: nobody is to be caught in the middle of writing two files.</summary>
    internal void Look()
    {
        lock (_loading)
        {
            bool hasChanged = false;
            foreach (Watched<CertificateFile> file in _certificates.Values) hasChanged |= Look(file, loaded => Log.CertificateLoaded(_logger, file.Path, string.Join(", ", loaded.Names), loaded.Leaf.NotAfter));
            foreach (Watched<X509Certificate2Collection> file in _authorities.Values) hasChanged |= Look(file, _ => { });
            if (hasChanged) Publish(_state.Settings.Options.Tls);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (_certificates.Count + _authorities.Count > 0) Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    private bool Look<T>(Watched<T> file, Action<T> tell)
        where T : class
    {
        string? problem = file.Look();
        if (problem is null) return false;
        if (problem.Length > 0) Log.CertificateRefused(_logger, file.Path, problem);
        else tell(file.Value!);
        return problem.Length == 0;
    }

    private void Publish(TlsSettings tls)
    {
        Dictionary<(string Path, string? KeyPath, string? Password), CertificateFile> certificates = _certificates.Where(entry => entry.Value.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Value!);
        // Names may have changed in the settings alone.
        CertificateFile[] server = [.. tls.Certificates.Where(settings => certificates.ContainsKey(settings.Key))
            .Select(settings => certificates[settings.Key] with { Names = settings.Names.Count > 0 ? settings.Names : CertificateFile.NamesOf(certificates[settings.Key].Leaf) })];
        _inForce = new InForce(new ServerCertificates(tls, server), tls, certificates,
            _authorities.Where(entry => entry.Value.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Value!));
    }

    private static IEnumerable<CertificateSettings> Wanted(Settings settings) =>
        [.. settings.Options.Tls.Certificates, .. settings.Options.Clusters.Values.Select(cluster => cluster.BackendTls?.ClientCertificate).OfType<CertificateSettings>()];

    private static IEnumerable<string> WantedAuthorities(Settings settings) =>
        settings.Options.Clusters.Values.Select(cluster => cluster.BackendTls?.TrustedCa).Append(settings.Options.Tls.TrustedCa).OfType<string>().Distinct();

    private sealed record InForce(ServerCertificates Server, TlsSettings Tls,
        IReadOnlyDictionary<(string Path, string? KeyPath, string? Password), CertificateFile> Certificates, IReadOnlyDictionary<string, X509Certificate2Collection> Authorities);

    private delegate bool Load<T>(out T? loaded, out string problem)
        where T : class;

    /// <summary>Something read from files, and the text it was read from.</summary>
    private sealed class Watched<T>
        where T : class
    {
        private readonly string[] _files;
        private readonly Load<T> _load;
        private byte[] _tried, _seen;

        public Watched(string[] files, Load<T> load)
        {
            (_files, _load) = (files, load);
            _tried = _seen = Digest();
            load(out T? value, out _);
            Value = value;
        }

        public string Path => _files[0];

        public T? Value { get; private set; }

        /// <returns>Null: nothing new. Empty: read anew. Otherwise what is wrong with the new files.</returns>
        public string? Look()
        {
            byte[] now = Digest();
            bool isAtRest = now.AsSpan().SequenceEqual(_seen);
            _seen = now;
            if (!isAtRest || now.AsSpan().SequenceEqual(_tried)) return null;
            _tried = now;
            if (_load(out T? value, out string problem)) Value = value;
            return problem;
        }

        private byte[] Digest()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string file in _files)
            {
                try
                {
                    hash.AppendData(File.ReadAllBytes(file));
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // A file that is not there is a change like any other.
                }
            }

            return hash.GetHashAndReset();
        }
    }
}
