namespace GslbServer.State;

/// <summary>What became of a decided map.</summary>
public enum MapReceipt
{
    /// <summary>It stands for its epoch.</summary>
    First,

    /// <summary>Another stands for this epoch, and is in force here as soon as it is read.</summary>
    Late,

    /// <summary>No store took it: it is in force here until a store has one for its epoch.</summary>
    HereAlone,
}
