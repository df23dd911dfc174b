namespace GslbServer.Balancer;

/// <summary>What the balancer is doing now: the settings in force, whether it listens, whether it drains.</summary>
public sealed class ServingState(Settings first)
{
    private volatile Settings _settings = first;
    private readonly TaskCompletionSource _drain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _listening, _draining;

    public Settings Settings => _settings;

    public bool Listening => _listening;

    public bool Draining => _draining;

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
