using System.Net;

namespace GslbServer.Steering;

public enum ConfigKind
{
    Region,
    Check,
    Steer,
}

/// <summary>A REGION, CHECK or STEER as written, with what else stands at its owner. Names are in presentation format, lower case, with the final dot.</summary>
/// <param name="Owner">Owner name.</param>
/// <param name="Zone">Apex of its zone.</param>
/// <param name="Origin">What relative names among the words end in.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Words">The character-strings of the RDATA.</param>
/// <param name="Addresses">A and AAAA at the owner, in file order: a region's endpoints; at a STEER the static fallback.</param>
/// <param name="CnameTarget">CNAME at the owner of a REGION; null without.</param>
/// <param name="IsInSignedZone">The zone has a DNSKEY at its apex.</param>
/// <param name="OtherType">Type of a record at the owner that is neither address nor alias nor configuration; null without.</param>
public sealed record ConfigRecord(ConfigKind Kind, string Owner, string Zone, string Origin, uint Ttl, IReadOnlyList<string> Words,
    IReadOnlyList<IPAddress> Addresses, string? CnameTarget = null, bool IsInSignedZone = false, string? OtherType = null);

/// <summary>What is wrong with one configuration record. The caller, who read the file, knows where it stands.</summary>
/// <param name="Record">Index into the records given.</param>
/// <param name="Word">Index of the word, or -1 for the record as a whole.</param>
public sealed record ConfigProblem(bool IsError, int Record, int Word, string Message);
