namespace GslbServer.Dns;

/// <summary>A key of a zone with its times.</summary>
/// <param name="PrivateFields">The lines of a <c>.private</c> file that hold the key, without its times; null where the private part is not here.</param>
public sealed record ZoneKey(DomainName Zone, DnssecKey Key, KeyTimes Times, string? PrivateFields)
{
    public bool IsKsk => Key.IsSecureEntryPoint;

    /// <summary>File name without extension: <c>Kexample.org.+013+12345</c>.</summary>
    public string FileName => $"K{Zone.ToLower()}+{(byte)Key.Algorithm:D3}+{Key.Tag:D5}";

    /// <summary>As all words about keys write it: <c>12345/13</c>.</summary>
    public string Label => $"{Key.Tag}/{(byte)Key.Algorithm}";

    public KeyState StateAt(DateTimeOffset now) => Times.StateAt(now);
}
