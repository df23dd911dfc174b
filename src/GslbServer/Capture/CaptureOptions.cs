using System.Net;

namespace GslbServer;

/// <summary>Which queries are written down, and where.</summary>
public sealed record CaptureOptions
{
    /// <summary>A file of JSON lines, or <c>-</c> for standard output; null for none.</summary>
    public string? QueryLog { get; init; }

    /// <summary>One query of so many is logged.</summary>
    public int QueryLogSample { get; init; } = 1;

    /// <summary>Where dnstap goes; null for nowhere.</summary>
    public DnstapTarget? Dnstap { get; init; }

    /// <summary>One query of so many goes there.</summary>
    public int DnstapSample { get; init; } = 1;

    public bool IsOn => QueryLog is not null || Dnstap is not null;
}

/// <summary>A file, or a socket that a reader listens on; one of the three is set.</summary>
public sealed record DnstapTarget(string? File, string? UnixPath, IPEndPoint? Tcp)
{
    public override string ToString() => File ?? (UnixPath is not null ? $"unix:{UnixPath}" : $"tcp:{Tcp}");
}
