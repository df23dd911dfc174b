namespace GslbServer;

/// <summary>What a parser of a connection's first octets found.</summary>
public enum Parsed
{
    /// <summary>Right so far; more must come.</summary>
    Part,

    Whole,

    /// <summary>No more octets can make it right.</summary>
    Wrong,
}
