namespace GslbServer.Dns;

/// <summary>Serial number arithmetic, RFC 1982.</summary>
public static class SerialNumber
{
    /// <summary>Section 3.2; the undefined distance of 2^31 counts as not higher.</summary>
    public static bool IsHigher(uint serial, uint than) => unchecked((int)(serial - than)) > 0;

    /// <summary>Section 3.1, by one; 0 is passed over, for some take it for none.</summary>
    public static uint Next(uint serial) => unchecked(serial + 1) is var next && next == 0 ? 1 : next;
}
