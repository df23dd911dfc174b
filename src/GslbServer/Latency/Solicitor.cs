using GslbServer.Steering;

namespace GslbServer;

/// <summary>Whom to ask over to TCP by a truncated answer: each resolver prefix (/24, /48) at most once in 6 h, one that did not come at most once in 7 days, and 0.1 % of
/// answers in all. A fixed table that every serving thread looks into: no lock, no allocation; time is a number that somebody else moves on.</summary>
/// <remarks>A word is 28 bits of the prefix's hash (1 at least), 1 bit for one that came, 27 bits of minutes. Prefixes whose hashes are equal share their turn. Where all places of
/// a prefix are taken it is not asked: what is remembered gives way to age alone.</remarks>
public sealed class Solicitor
{
    public const int AnswersPerSolicitation = 1_000;

    private const int Places = 1 << 17;

    private const int PlacesPerPrefix = 4;

    private const uint AgainAfterMinutes = 6 * 60;

    private const uint NoShowMinutes = 7 * 24 * 60;

    private const ulong Came = 1UL << 27;

    private const ulong MinuteMask = Came - 1;

    private readonly ulong[] _words = new ulong[Places];
    private int _minute = 1;
    private bool _isPaused;
    private long _solicited;
    private long _came;

    /// <summary>Truncated answers sent.</summary>
    public long Solicited => Interlocked.Read(ref _solicited);

    /// <summary>Of those, resolvers that asked again over TCP.</summary>
    public long Returned => Interlocked.Read(ref _came);

    /// <summary>Off the query path.</summary>
    /// <param name="now">Monotonic.</param>
    /// <param name="isPaused">Nobody is asked until it is moved on without this.</param>
    public void MoveOn(TimeSpan now, bool isPaused = false)
    {
        Volatile.Write(ref _minute, 1 + (int)((long)now.TotalMinutes & 0x3FFFFFF));
        Volatile.Write(ref _isPaused, isPaused);
    }

    /// <summary>Whether this answer is the one that asks; if so, that is remembered. Called for one answer in a thousand.</summary>
    public bool TryAsk(in Client resolver)
    {
        if (Volatile.Read(ref _isPaused))
            return false;
        uint now = (uint)Volatile.Read(ref _minute);
        ulong tag = TagOf(resolver, out int first);
        int free = -1;
        for (int place = first; place < first + PlacesPerPrefix; place++)
        {
            ulong word = Volatile.Read(ref _words[place]);
            bool isPast = word == 0 || Age(word, now) >= ((word & Came) != 0 ? AgainAfterMinutes : NoShowMinutes);
            if (word != 0 && word >> 28 == tag && !isPast)
                return false;
            if (isPast && (free < 0 || word >> 28 == tag))
                free = place;
        }

        if (free < 0)
            return false;
        ulong before = Volatile.Read(ref _words[free]);
        // Another thread may be as far with the same resolver, or with another of the same place: one of them asks.
        if (Interlocked.CompareExchange(ref _words[free], (tag << 28) | now, before) != before)
            return false;
        Interlocked.Increment(ref _solicited);
        return true;
    }

    /// <summary>A resolver asked over TCP. Once per connection.</summary>
    public void CameBack(in Client resolver)
    {
        ulong tag = TagOf(resolver, out int first);
        for (int place = first; place < first + PlacesPerPrefix; place++)
        {
            ulong word = Volatile.Read(ref _words[place]);
            if (word != 0 && word >> 28 == tag && (word & Came) == 0 && Interlocked.CompareExchange(ref _words[place], word | Came, word) == word)
                Interlocked.Increment(ref _came);
        }
    }

    private static uint Age(ulong word, uint now) => (now - (uint)(word & MinuteMask)) & 0x3FFFFFF;

    private static ulong TagOf(in Client resolver, out int first)
    {
        ulong key = resolver.IsIPv6 ? resolver.Upper >> 16 | 1UL << 63 : resolver.Upper >> 40;
        ulong hash = key * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
        hash ^= hash >> 32;
        first = (int)(hash & (Places - 1)) & ~(PlacesPerPrefix - 1);
        return Math.Max(1, hash >> 36);
    }
}
