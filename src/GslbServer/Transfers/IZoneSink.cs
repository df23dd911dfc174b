using GslbServer.Dns;

namespace GslbServer;

/// <summary>Where a zone from a primary goes: to those that are served, or to a catalog's list.</summary>
internal interface IZoneSink
{
    /// <summary>The zone as it is here; null where nothing is, or it has expired.</summary>
    Zone? Current { get; }

    /// <param name="changes">Those that led to it from <see cref="Current"/>; null where the whole zone came.</param>
    /// <returns>What is wrong with it: then nothing has changed.</returns>
    Task<IReadOnlyList<string>> TakeAsync(ZoneFile file, IReadOnlyList<ZoneChange>? changes, CancellationToken cancel);

    /// <summary>Takes a small change of plain records into a large zone at once.</summary>
    /// <returns>False where it has to go the usual way.</returns>
    Task<bool> TryTakeAsync(Zone zone, IReadOnlyList<ZoneChange> changes, CancellationToken cancel);

    /// <summary>The zone may no longer be used.</summary>
    Task ExpireAsync(CancellationToken cancel);
}
