using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>All drills that this node has heard of, with what every node saw of them: the last <see cref="DrillHistory.Kept"/>, also on disk. Thread-safe.</summary>
internal sealed partial class DrillBook
{
    private readonly Lock _lock = new();
    private readonly Lock _saving = new();
    private readonly Dictionary<string, DrillHistory> _byId = [];
    private readonly DiskState _disk;
    private readonly ILogger<DrillBook> _logger;
    private bool _failed;

    public DrillBook(DiskState disk, ILogger<DrillBook> logger)
    {
        (_disk, _logger) = (disk, logger);
        foreach (DrillHistory history in disk.LoadDrills())
        {
            _byId[history.Drill.Id] = history;
        }
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<DrillHistory> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _byId.Values.OrderByDescending(history => history.Drill.StartedAt)];
            }
        }
    }

    /// <summary>What a node saw of a drill; null for one not heard of.</summary>
    public DrillNotes? NotesOf(string id, string node)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id)?.Witnesses.FirstOrDefault(witness => witness.Notes.Node == node)?.Notes;
        }
    }

    /// <summary>Takes a drill, or the tombstone of one.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Take(OperatorOverride value)
    {
        lock (_lock)
        {
            return Drill.Of(value) is { } drill ? _byId.TryAdd(drill.Id, new DrillHistory(drill, [])) : TakeEnd(value);
        }
    }

    /// <summary>Takes what nodes saw.</summary>
    /// <returns>Whether anything happened that was not known.</returns>
    public bool Take(IEnumerable<(DrillNotes Notes, double SkewMs)> seen)
    {
        lock (_lock)
        {
            bool isNew = false;
            foreach ((DrillNotes notes, double skew) in seen)
            {
                if (!_byId.TryGetValue(notes.Drill, out DrillHistory? history))
                {
                    continue;
                }

                DrillWitness? known = history.Witnesses.FirstOrDefault(witness => witness.Notes.Node == notes.Node);
                isNew |= known?.Notes.Marks.SequenceEqual(notes.Marks) != true;
                // A clock read before says nothing of the present.
                double skewMs = known?.Notes.Clock == notes.Clock ? known.SkewMs : Math.Round(skew);
                _byId[notes.Drill] = history with
                {
                    Witnesses = [.. history.Witnesses.Where(witness => witness.Notes.Node != notes.Node).Append(new DrillWitness(notes, skewMs)).OrderBy(w => w.Notes.Node, StringComparer.Ordinal)],
                };
            }

            return isNew;
        }
    }

    /// <summary>Forgets the oldest and writes the rest to disk; a disk that fails is one warning.</summary>
    public void Save()
    {
        // Whoever publishes takes what is new, and must not wait for the disk.
        lock (_saving)
        {
            IReadOnlyList<DrillHistory> all;
            lock (_lock)
            {
                foreach (DrillHistory old in All.Skip(DrillHistory.Kept))
                {
                    _byId.Remove(old.Drill.Id);
                }

                all = All;
            }

            try
            {
                _disk.SaveDrills(all);
                _failed = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_failed)
                {
                    Log.NotSaved(_logger, e.Message);
                }

                _failed = true;
            }
        }
    }

    private bool TakeEnd(OperatorOverride tombstone)
    {
        DrillHistory? last = All.FirstOrDefault(history => Drill.TargetOf(history.Drill.Region) == tombstone.Target && history.Drill.StartedAt <= tombstone.CreatedAt);
        if (last is null || last.EndedAt is not null || tombstone.CreatedAt >= last.Drill.EndsAt)
        {
            return false;
        }

        _byId[last.Drill.Id] = last with { EndedAt = tombstone.CreatedAt, EndedBy = tombstone.Owner, EndedWhy = tombstone.Reason, IsCancelled = Drill.IsCancelled(tombstone) };
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(220, LogLevel.Warning, "What was seen of drills is not on disk: {Why}")]
        public static partial void NotSaved(ILogger logger, string why);
    }
}
