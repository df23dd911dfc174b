namespace GslbServer.Dns;

/// <summary>The timing metadata of a key, as BIND's key files carry it; whole seconds. What is null never happens.</summary>
/// <param name="Created">When it was made. Null: a key file without metadata.</param>
/// <param name="Publish">From then on in the DNSKEY set.</param>
/// <param name="Activate">From then on it signs.</param>
/// <param name="Inactive">From then on it signs no more.</param>
/// <param name="Delete">From then on gone from the DNSKEY set.</param>
/// <param name="SyncPublish">From then on CDS and CDNSKEY ask the parent for its DS.</param>
/// <param name="SyncDelete">From then on no more.</param>
public sealed record KeyTimes(DateTimeOffset? Created = null, DateTimeOffset? Publish = null, DateTimeOffset? Activate = null, DateTimeOffset? Inactive = null,
    DateTimeOffset? Delete = null, DateTimeOffset? SyncPublish = null, DateTimeOffset? SyncDelete = null)
{
    /// <summary>Key files of ldns, and very old ones, have none: such a key is published and signs.</summary>
    public bool IsAbsent => this == new KeyTimes();

    public KeyState StateAt(DateTimeOffset now)
    {
        if (IsAbsent) return KeyState.Active;
        if (Delete <= now) return KeyState.Removed;
        if (!(Publish <= now)) return KeyState.Future;
        if (Inactive <= now) return KeyState.Retired;
        return Activate <= now ? KeyState.Active : KeyState.Published;
    }

    /// <summary>Whether CDS and CDNSKEY ask for it.</summary>
    public bool IsSynced(DateTimeOffset now) => SyncPublish <= now && !(SyncDelete <= now);

    /// <summary>What comes next, and when; null when nothing does.</summary>
    public (DateTimeOffset At, string What)? Next(DateTimeOffset now)
    {
        (DateTimeOffset? At, string What)[] all =
            [(Publish, "publish"), (SyncPublish, "CDS"), (Activate, "sign"), (SyncDelete, "end CDS"), (Inactive, "retire"), (Delete, "remove")];
        return all.Where(e => e.At > now).Select(e => (At: e.At!.Value, e.What)).OrderBy(e => e.At).Cast<(DateTimeOffset, string)?>().FirstOrDefault();
    }

    /// <summary>Key files have whole seconds: a fraction would make a time differ from itself read back.</summary>
    public static DateTimeOffset Seconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    /// <summary>Every moment at which something changes.</summary>
    public IEnumerable<DateTimeOffset> Moments()
        => new[] { Publish, Activate, Inactive, Delete, SyncPublish, SyncDelete }.OfType<DateTimeOffset>();
}

/// <summary>Where a key is in its life (RFC 7583 section 3.1).</summary>
public enum KeyState
{
    /// <summary>Made, and nobody outside knows it.</summary>
    Future,

    /// <summary>In the DNSKEY set, and signs nothing yet.</summary>
    Published,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>Signs no more, and stays in the DNSKEY set for signatures that are still in caches.</summary>
    Retired,

    /// <summary>Gone.</summary>
    Removed,
}
