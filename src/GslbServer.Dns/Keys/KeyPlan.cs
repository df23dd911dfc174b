namespace GslbServer.Dns;

/// <summary>A key to make.</summary>
/// <param name="Flags"><see cref="DnssecKey.ZoneKey"/> or <see cref="DnssecKey.SecureEntryPoint"/>.</param>
public sealed record NewKey(ushort Flags, DnssecAlgorithm Algorithm, KeyTimes Times);

/// <summary>What is to be done to a zone's keys now: at most one key is made at a time.</summary>
/// <param name="Create">Null: none.</param>
/// <param name="Change">Keys that get other times.</param>
public sealed record KeyPlan(NewKey? Create, IReadOnlyList<ZoneKey> Change)
{
    public static readonly KeyPlan Nothing = new(null, []);

    public bool IsEmpty => Create is null && Change.Count == 0;
}
