namespace GslbServer.Dns;

/// <summary>One resource record of class IN as read from a zone file.</summary>
/// <param name="Rdata">Wire form, names uncompressed, in the case written.</param>
/// <param name="Position">Where its owner (or, with the owner left out, its first token) stands.</param>
public sealed record ZoneRecord(DomainName Owner, RecordType Type, uint Ttl, byte[] Rdata, SourcePosition Position)
{
    /// <summary>For REGION, CHECK and STEER: the words of the RDATA, each with its own position, and the origin that their relative names are
    /// completed with. A record in RFC 3597 form has its words too, all at the record's position and with the root as origin. Null for other types.</summary>
    public ConfigWords? Words { get; init; }

    /// <summary>One line of a master file, all names absolute.</summary>
    public override string ToString() => $"{Owner} {Ttl} IN {RecordTypeName.Of(Type)} {RdataText.Format(Type, Rdata)}";
}

/// <summary>The character-strings of a configuration record, before any of their meaning is known.</summary>
public sealed record ConfigWords(DomainName Origin, IReadOnlyList<ConfigWord> Items);

/// <summary>One character-string of a configuration record. <c>key="value"</c> and <c>"key=value"</c> both arrive as <c>key=value</c>.</summary>
public readonly record struct ConfigWord(string Text, SourcePosition Position);
