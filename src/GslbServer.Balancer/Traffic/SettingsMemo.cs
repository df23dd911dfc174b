namespace GslbServer.Balancer;

/// <summary>What the settings in force say of one thing, looked up once for each of them. Safe for many threads.</summary>
internal sealed class SettingsMemo<T>(Func<Settings, T> find)
    where T : class
{
    private volatile Found? _found;

    public T Of(Settings now)
    {
        if (_found is { } found && ReferenceEquals(found.In, now)) return found.Value;
        T value = find(now);
        _found = new Found(now, value);
        return value;
    }

    private sealed record Found(Settings In, T Value);
}
