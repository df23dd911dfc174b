namespace GslbServer.Dns;

/// <summary>What this room does not go beyond, so that no input can make it work or grow without end.</summary>
public static class DnsLimits
{
    /// <summary>Files open at once through <c>$INCLUDE</c>, the zone's own among them.</summary>
    public const int IncludeDepth = 16;

    /// <summary>Files that all <c>$INCLUDE</c> of one zone may open in total: depth alone would still allow exponential growth.</summary>
    public const int IncludedFiles = 10_000;

    /// <summary>Records that one <c>$GENERATE</c> line may make.</summary>
    public const int GenerateCount = 65_536;

    /// <summary>Records that all <c>$GENERATE</c> of one zone may make.</summary>
    public const int GenerateTotal = 4_000_000;

    /// <summary>Characters of one zone with its includes, before the reader gives up on it: some 30 million records.</summary>
    public const long ZoneCharacters = 1L << 30;

    /// <summary>Tokens of one record: enough for the largest RDATA in pieces of one octet.</summary>
    public const int TokensPerRecord = 70_000;

    /// <summary>Octets of RDATA (RFC 1035 section 3.2.1: RDLENGTH has 16 bits).</summary>
    public const int RdataLength = 65_535;

    /// <summary>Diagnostics kept of one zone; the last one then says that there were more.</summary>
    public const int Diagnostics = 1_000;
}
