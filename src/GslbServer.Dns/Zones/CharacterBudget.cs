namespace GslbServer.Dns;

/// <summary>Characters that a zone and the files it includes may still have, <see cref="DnsLimits.ZoneCharacters"/> at first.</summary>
internal sealed class CharacterBudget(long characters)
{
    private long _left = characters;

    /// <returns>False when these are more than were left.</returns>
    public bool TryTake(int count) => (_left -= count) >= 0;
}
