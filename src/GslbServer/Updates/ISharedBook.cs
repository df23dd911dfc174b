namespace GslbServer;

/// <summary>Records of one kind that all nodes have alike, each by its name; <see cref="ZoneSharing"/> carries them.</summary>
internal interface ISharedBook
{
    /// <summary>What names of its records begin with: <c>updates/</c>.</summary>
    string Prefix { get; }

    /// <summary>Raised when something here is newer than in the stores.</summary>
    event Action? Changed;

    /// <summary>Names of what is here.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The tag of a record here; empty for none.</summary>
    string TagOf(string name);

    byte[] Read(string name);

    /// <summary>Whether nobody needs a record any longer; it goes from the stores when that is so for a minute.</summary>
    bool IsObsolete(string name) => false;

    /// <summary>Takes what a store has. What is here and there becomes one, so that it does not matter in which order nodes hear of things.</summary>
    /// <param name="fetch">Reads another record of the same store; null where there is none.</param>
    Task MergeAsync(string name, byte[] record, Func<string, Task<byte[]?>> fetch, CancellationToken cancel);
}
