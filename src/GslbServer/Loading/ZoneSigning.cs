using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What a load needs to sign zones.</summary>
/// <param name="KeysOf">The keys of each zone; null for a zone that is not signed.</param>
/// <param name="Now">The time of the load: keys and signatures are judged by it.</param>
public sealed record ZoneSigning(ZoneKeysOf KeysOf, DateTimeOffset Now)
{
    /// <summary>So many names take seconds to sign; then it is told how far that is.</summary>
    private const int ManyNames = 100_000;

    /// <summary>Where signatures of answers are kept. Null: keys are checked, and nothing is signed.</summary>
    public AnswerSignatures? Answers { get; init; }

    /// <summary>Zones in force, whose signatures are used again.</summary>
    public ZoneSet Before { get; init; } = ZoneSet.Empty;

    public int Threads { get; init; } = 1;

    /// <summary>Told of a large zone how far its signing is, a line for each tenth.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>The keys of a zone that is to be signed.</summary>
    /// <param name="problems">What is wrong with them.</param>
    public ZoneKeySet? Find(DomainName apex, List<string> problems)
    {
        if (KeysOf(apex, Now, problems) is not { } keys || problems.Count > 0)
        {
            return null;
        }

        problems.AddRange(ZoneSigner.Check(apex, keys, Now));
        return keys;
    }

    /// <summary>A zone with its signatures.</summary>
    /// <param name="families">By steering index.</param>
    /// <exception cref="CryptographicException">A key signs nothing.</exception>
    public Zone Sign(Zone zone, ZoneKeySet keys, IReadOnlyList<(bool IPv4, bool IPv6)> families)
    {
        int told = 0;
        return Answers is null ? zone : ZoneSigner.Sign(zone, new SigningWork(keys, Now)
        {
            Answers = Answers,
            Before = Before.Zones.FirstOrDefault(before => before.Apex.Equals(zone.Apex)),
            Threads = Threads,
            SteeredTypes = index => TypesOf(families[index]),
            Progress = (done, of) =>
            {
                int tenth = (int)(10L * done / of);
                if (of >= ManyNames && Interlocked.Exchange(ref told, Math.Max(tenth, told)) < tenth)
                {
                    Progress?.Invoke($"zone {zone.Apex}: {done} of {of} names signed");
                }
            },
        });
    }

    private static AddressTypes TypesOf((bool IPv4, bool IPv6) families)
        => (families.IPv4 ? AddressTypes.IPv4 : AddressTypes.None) | (families.IPv6 ? AddressTypes.IPv6 : AddressTypes.None);
}
