namespace GslbServer;

/// <summary>A zone of another system in our language, as far as it could be carried over.</summary>
/// <param name="Zone">Absolute, with the final dot.</param>
/// <param name="Text">A zone file.</param>
internal sealed record ImportedZone(string Zone, string Text, IReadOnlyList<ImportNote> Notes);
