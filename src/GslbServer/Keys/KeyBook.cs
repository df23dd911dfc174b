using GslbServer.Dns;

namespace GslbServer;

/// <summary>The key directory as a load sees it: read once for all zones of a load, and again when asked at another time.</summary>
internal sealed class KeyBook(KeyDirectory directory)
{
    private readonly Lock _lock = new();
    private KeyDirectoryContents _contents = KeyDirectoryContents.Empty;
    private readonly HashSet<DomainName> _signed = [];
    private DateTimeOffset? _readAt, _nextChange;

    public KeyDirectory Directory => directory;

    /// <summary>As read last.</summary>
    public KeyDirectoryContents Contents
    {
        get
        {
            lock (_lock)
            {
                return _contents;
            }
        }
    }

    /// <summary>When the times in the keys next change what some zone is signed with; null when nothing is set.</summary>
    public DateTimeOffset? NextChange
    {
        get
        {
            lock (_lock)
            {
                return _nextChange;
            }
        }
    }

    /// <summary>A <see cref="ZoneKeysOf"/>.</summary>
    public ZoneKeySet? KeysOf(DomainName apex, DateTimeOffset now, ICollection<string> problems)
    {
        KeyDirectoryContents contents = ReadAt(now);
        string[] errors = [.. contents.Errors[apex]];
        ZoneKeys? zone = contents.Zones.GetValueOrDefault(apex);
        lock (_lock)
        {
            if (errors.Length == 0 && zone is null && !_signed.Contains(apex))
            {
                return null;
            }

            int before = problems.Count;
            foreach (string error in contents.Unclear.Concat(errors))
            {
                problems.Add(error);
            }

            if (zone is null)
            {
                // The parent has a DS: unsigned answers would be bogus.
                problems.Add($"{directory.Path}: the keys of {apex} are gone, and it is signed; expected them, or an end by gslb keys unsign {apex}");
            }

            ZoneKeySet? keys = problems.Count > before ? null : KeySchedule.At(apex, zone!.Keys, zone.Policy, zone.Bundle, now, problems);
            if (keys is not null)
            {
                _signed.Add(apex);
            }

            return keys;
        }
    }

    private KeyDirectoryContents ReadAt(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_readAt != now)
            {
                _contents = directory.Read();
                _readAt = now;
                _nextChange = KeySchedule.NextChange(_contents.Zones.Values.SelectMany(zone => zone.Keys), now);
            }

            return _contents;
        }
    }
}
