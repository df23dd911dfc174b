namespace GslbServer.Steering;

/// <summary>Watches a decision being made. A struct, so that the watched and the unwatched code are the same and the unwatched one costs nothing.</summary>
internal interface ITracer
{
    /// <summary>The chain of a name begins.</summary>
    /// <param name="order">Allowed targets in the order of this client's place.</param>
    /// <param name="key">What weights are hashed with.</param>
    void Enter(in SteeringWalk walk, NamePlan plan, bool useSubnet, TakeMode mode, ReadOnlySpan<byte> order, ulong key);

    /// <summary>A candidate gave addresses, or had none for this client.</summary>
    void Tried(int ordinal, bool taken);

    void Leave();

    /// <summary>No target of the name asked serves this client.</summary>
    void AllDown(NamePlan plan);
}

internal readonly struct NullTracer : ITracer
{
    public void Enter(in SteeringWalk walk, NamePlan plan, bool useSubnet, TakeMode mode, ReadOnlySpan<byte> order, ulong key)
    {
    }

    public void Tried(int ordinal, bool taken)
    {
    }

    public void Leave()
    {
    }

    public void AllDown(NamePlan plan)
    {
    }
}
