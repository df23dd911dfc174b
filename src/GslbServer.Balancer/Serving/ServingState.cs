namespace GslbServer.Balancer;

/// <summary>What the balancer is doing now: the settings in force, whether it listens, whether it drains.</summary>
public sealed class ServingState(Settings first)
{
    private volatile Settings _settings = first;
    private readonly TaskCompletionSource _drain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _listening, _draining, _ordered;
    private double _closeShare;

    public Settings Settings => _settings;

    public bool Listening => _listening;

    /// <summary>It stops, or an operator asked for it.</summary>
    public bool Draining => _draining || _ordered;

    /// <summary>An operator drained this balancer, and may take that back.</summary>
    public bool OrderedToDrain
    {
        get => _ordered;
        set => _ordered = value;
    }

    /// <summary>0 to 1: share of answers after which the connection is closed, because traffic is to leave the region.</summary>
    public double CloseShare
    {
        get => Volatile.Read(ref _closeShare);
        set => Volatile.Write(ref _closeShare, value);
    }

    /// <summary>Ends when draining begins.</summary>
    public Task DrainStarted => _drain.Task;

    internal void Publish(Settings next) => _settings = next;

    internal void StartListening() => _listening = true;

    internal void StartDraining()
    {
        _draining = true;
        _drain.TrySetResult();
    }
}
