using GslbServer.Dns;

namespace GslbServer;

/// <summary>A catalog as it is known: which zones it lists. It is not served.</summary>
internal sealed partial class CatalogList(DomainName name, ILogger logger) : IZoneSink
{
    private volatile Zone? _zone;
    private volatile IReadOnlyList<CatalogMember> _members = [];

    public DomainName Name => name;

    public Zone? Current => _zone;

    public IReadOnlyList<CatalogMember> Members => _members;

    /// <summary>Called when the list is another.</summary>
    public Func<CancellationToken, Task>? Changed { get; set; }

    /// <summary>Told of each version that is in force, to be kept on disk.</summary>
    public Action<Zone>? Taken { get; set; }

    public async Task<IReadOnlyList<string>> TakeAsync(ZoneFile file, IReadOnlyList<ZoneChange>? changes, CancellationToken cancel)
    {
        IReadOnlyList<string> errors = Use(file);
        if (errors.Count == 0)
        {
            Taken?.Invoke(_zone!);
            await (Changed?.Invoke(cancel) ?? Task.CompletedTask);
        }

        return errors;
    }

    public Task<bool> TryTakeAsync(Zone zone, IReadOnlyList<ZoneChange> changes, CancellationToken cancel) => Task.FromResult(false);

    /// <summary>Takes a version without telling anybody.</summary>
    public IReadOnlyList<string> Use(ZoneFile file)
    {
        string[] errors = [.. file.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
        if (errors.Length > 0)
        {
            return errors;
        }

        if (CatalogZone.Read(name, file.Records, out string problem) is not { } members)
        {
            return [$"catalog {name}: {problem}"];
        }

        foreach (CatalogMember member in members.Where(m => m.Groups.Count > 0))
        {
            Log.GroupIgnored(logger, name, member.Zone, string.Join(", ", member.Groups));
        }

        _zone = ZoneCompiler.Compile(name, file.Records, _ => -1, isLastUse: true);
        _members = members;
        return [];
    }

    /// <summary>Members stay as they are (RFC 9432 section 5.1): a catalog that cannot be heard says nothing about them.</summary>
    public Task ExpireAsync(CancellationToken cancel) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(631, LogLevel.Information, "Catalog {Catalog} puts {Zone} into group {Groups}: groups mean nothing to this server, the zone is served as all others")]
        public static partial void GroupIgnored(ILogger logger, DomainName catalog, DomainName zone, string groups);
    }
}
