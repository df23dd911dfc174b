using GslbServer.Dns;
using GslbServer.State;

namespace GslbServer;

/// <summary>Key directories of all nodes become one, through stores that see ciphertext alone. A node that lacks files gets them; stores that are away change nothing.</summary>
internal sealed class KeySharing(KeyDirectory directory, KeySealer sealer, string cluster, IReadOnlyList<ISealedStore> stores)
{
    /// <summary>What of the stores was not believed when they were last read, a line each.</summary>
    public IReadOnlyList<string> Refused { get; private set; } = [];

    /// <summary>Files that came from stores.</summary>
    public int Brought { get; private set; }

    /// <summary>One exchange: reads every store that answers, writes here what is newer there, and there what is newer here.</summary>
    /// <returns>False when no store answered.</returns>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public async Task<bool> ExchangeAsync(CancellationToken cancel)
    {
        KeyDirectoryContents local = directory.Read();
        // What is wrong here is not spread.
        Dictionary<DomainName, SharedKeyFiles> here = local.Unclear.Count > 0 ? []
            : local.Zones.Keys.Where(zone => !local.Errors[zone].Any()).ToDictionary(zone => zone, directory.ReadFiles);
        Dictionary<DomainName, SharedKeyFiles> merged = new(here);
        var refused = new List<string>();
        var read = new List<(ISealedStore Store, Dictionary<DomainName, SharedKeyFiles> Has, HashSet<string> Closed)>();
        foreach (ISealedStore store in stores)
        {
            if (await ReadAsync(store, refused, cancel) is not { } found)
            {
                continue;
            }

            read.Add((store, found.Has, found.Closed));
            foreach ((DomainName zone, SharedKeyFiles files) in found.Has.Where(f => !local.Errors[f.Key].Any()))
            {
                merged[zone] = merged.TryGetValue(zone, out SharedKeyFiles? known) ? known.Merge(files) : files;
            }
        }

        Refused = refused;
        foreach ((DomainName zone, SharedKeyFiles files) in merged)
        {
            SharedKeyFile[] newer = [.. files.Files.Except(here.GetValueOrDefault(zone)?.Files ?? [])];
            directory.WriteFiles(newer);
            Brought += newer.Length;
            foreach ((ISealedStore store, Dictionary<DomainName, SharedKeyFiles> has, HashSet<string> closed) in read)
            {
                if (!closed.Contains($"{zone}") && !(has.TryGetValue(zone, out SharedKeyFiles? there) && there.IsSame(files)))
                {
                    await TryWriteAsync(store, zone, files, cancel);
                }
            }
        }

        return read.Count > 0;
    }

    private async Task<(Dictionary<DomainName, SharedKeyFiles> Has, HashSet<string> Closed)?> ReadAsync(ISealedStore store, List<string> refused, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, byte[]> records;
        try
        {
            records = await store.ReadAsync(cancel);
        }
        catch (StoreUnavailableException)
        {
            return null;    // the stores' own status says so
        }

        var has = new Dictionary<DomainName, SharedKeyFiles>();
        var closed = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, byte[] record) in records)
        {
            if (DomainName.TryParse(name, DomainName.Root, out DomainName? zone, out _) && sealer.TryOpen(NameOf(name), record, out byte[]? opened) && SharedKeyFiles.Read(zone, opened) is { } files)
            {
                has[zone] = files;
                continue;
            }

            closed.Add(name);
            refused.Add($"keys of {name} in {store.Name} are not believed: changed there, or sealed with another secret than --keys-secret has. Those here stay; give all nodes one secret, or remove that record ({cluster}:keys)");
        }

        return (has, closed);
    }

    private async Task TryWriteAsync(ISealedStore store, DomainName zone, SharedKeyFiles files, CancellationToken cancel)
    {
        byte[] record = sealer.Seal(NameOf($"{zone}"), files.Write());
        if (record.Length > ISealedStore.MaxRecord)
        {
            return;
        }

        try
        {
            await store.WriteAsync($"{zone}", record, cancel);
        }
        catch (StoreUnavailableException)
        {
            // The next exchange finds it lacking still.
        }
    }

    private string NameOf(string zone) => $"{cluster}:keys#{zone}";
}
