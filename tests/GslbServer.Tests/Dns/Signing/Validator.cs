using System.Buffers.Binary;
using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

/// <summary>Judges whole responses as a validating resolver would, from RFC 4035, 5155, 6840 and 9824, without any code of the server but the cryptography. Its names are those of <see cref="SignedRecord"/>.</summary>
/// <param name="zones">Apexes and the keys that are trusted there.</param>
internal sealed class Validator(IReadOnlyDictionary<string, DnssecKey[]> zones, DateTimeOffset now)
{
    private const ushort Cname = 5, Soa = 6, Ns = 2, Dname = 39, Ds = 43, Rrsig = 46, Nsec = 47, Nsec3 = 50, NxName = 128;

    private List<SignedRecord> _records = [];
    private Dictionary<(string Owner, ushort Type), int> _labels = []; // of each RRset verified, as its signature has it
    private List<DenialRecord> _denials = [];

    public static string NameOf(DomainName name) => SignedRecord.Text(name.Wire);

    /// <returns>Null for an answer that proves all it says; else what is wrong.</returns>
    public string? FindFault(DomainName question, ushort type, Reply reply)
    {
        _records = SignedRecord.Read(reply.Wire);
        _labels = [];
        _denials = [];
        string name = NameOf(question);
        if (VerifySignatures() is { } fault) return fault;
        _denials = [.. _records.Where(r => r.Section == MessageSection.Authority && r.Type is Nsec or Nsec3).Select(DenialRecord.Read)];
        return FollowAndProve(name, type, reply.Rcode);
    }

    private string? FollowAndProve(string name, ushort type, int rcode)
    {
        for (int links = 0; links < 40; links++)
        {
            if (Find(name, type).Count > 0 || (type == 255 && Answers.Any(r => r.Owner == name && r.Type != Rrsig))) return ProveExpansions();
            if (type == Rrsig && Answers.Any(r => r.Owner == name && r.Type == Rrsig)) return null;
            if (Find(name, Cname) is [var alias] && type != 255)
            {
                name = SignedRecord.Text(alias.Rdata);
                continue;
            }
            string? zone = ZoneOf(name);
            if (zone is null) return ProveExpansions(); // led out of what is signed here
            if (_records.FirstOrDefault(r => r.Section == MessageSection.Authority && r.Type == Ns && zones.Keys.All(apex => apex != r.Owner)) is { } cut) return ProveReferral(cut.Owner) ?? ProveExpansions();
            if (Answers.Any(r => r.Owner == name)) return ProveExpansions(); // a loop of aliases, or YXDOMAIN
            if (!_records.Any(r => r.Section == MessageSection.Authority && r.Type == Soa && r.Owner == zone))
                return Answers.Any() ? ProveExpansions() : $"neither answer, nor referral, nor SOA of {zone}";
            if (rcode == 3) return ProveNoName(name) ?? ProveExpansions();
            return ProveNoType(name, type) ?? ProveExpansions();
        }
        return ProveExpansions(); // a loop of aliases
    }

    private IEnumerable<SignedRecord> Answers => _records.Where(r => r.Section == MessageSection.Answer);

    private List<SignedRecord> Find(string name, ushort type) => [.. Answers.Where(r => r.Owner == name && r.Type == type)];

    // Signatures

    private string? VerifySignatures()
    {
        foreach (var set in _records.Where(r => r.Type != Rrsig && r.Type != 41).GroupBy(r => (r.Section, r.Owner, r.Type)))
        {
            if (set.Key.Section == MessageSection.Additional && Signatures(set.Key).Count == 0) continue;
            if (ZoneOf(set.Key.Owner) is not { } zone) continue;
            bool isReferral = set.Key.Section == MessageSection.Authority && set.Key.Type == Ns;
            bool isSynthesized = set.Key.Type == Cname && Answers.Any(r => r.Type == Dname && set.Key.Owner.EndsWith("." + r.Owner, StringComparison.Ordinal) && IsFrom(set.First(), r));
            if (isReferral || isSynthesized) continue;
            if (Verify(set.Key, [.. set], zone) is { } fault) return fault;
        }
        foreach (SignedRecord signature in _records.Where(r => r.Type == Rrsig))
        {
            ushort covered = BinaryPrimitives.ReadUInt16BigEndian(signature.Rdata);
            if (Answers.All(r => r.Type == Rrsig)) break; // somebody asked for them
            if (!_records.Any(r => r.Section == signature.Section && r.Owner == signature.Owner && r.Type == covered)) return $"a signature of {signature.Owner} {covered}, which is not there";
        }
        return null;
    }

    private List<SignedRecord> Signatures((MessageSection Section, string Owner, ushort Type) set)
        => [.. _records.Where(r => r.Section == set.Section && r.Owner == set.Owner && r.Type == Rrsig && BinaryPrimitives.ReadUInt16BigEndian(r.Rdata) == set.Type)];

    private static bool IsFrom(SignedRecord alias, SignedRecord dname)
        => SignedRecord.Text(alias.Rdata) == alias.Owner[..^dname.Owner.Length] + SignedRecord.Text(dname.Rdata);

    private string? Verify((MessageSection Section, string Owner, ushort Type) key, SignedRecord[] set, string zone)
    {
        string what = $"{key.Section} {key.Owner} {key.Type}";
        List<SignedRecord> signatures = Signatures(key);
        if (signatures.Count == 0) return $"{what} is not signed";
        foreach (SignedRecord signature in signatures)
        {
            byte[] rdata = signature.Rdata;
            int signer = 18;
            while (rdata[signer] != 0) signer += rdata[signer] + 1;
            byte[] head = rdata[..(signer + 1)];
            uint original = BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(4));
            uint seconds = (uint)now.ToUnixTimeSeconds();
            int labels = rdata[3], own = key.Owner.Count(c => c == '.');
            if (SignedRecord.Text(rdata.AsSpan(18)) != zone) return $"{what} is signed by {SignedRecord.Text(rdata.AsSpan(18))}";
            if (BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(8)) <= seconds || BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(12)) > seconds) return $"{what} has a signature that is not valid now";
            if (set.Any(r => r.Ttl > original) || signature.Ttl != set[0].Ttl) return $"{what} has TTL {set[0].Ttl}, its signature {signature.Ttl}, with {original} as the original";
            bool isAsterisk = key.Owner.StartsWith("2A.", StringComparison.Ordinal);
            if (labels > own - (isAsterisk ? 1 : 0)) return $"{what} has a signature of {labels} labels";
            string[] all = key.Owner.Split('.');
            string signed = labels == own || (isAsterisk && labels == own - 1) ? key.Owner : "2A." + string.Join('.', all[(own - labels)..]);
            byte[] owner = SignedRecord.Wire(signed);
            byte[] data = [.. head, .. set.Select(r => r.Rdata).OrderBy(r => r, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
                .SelectMany(r => (byte[])[.. owner, (byte)(key.Type >> 8), (byte)key.Type, 0, 1, .. rdata[4..8], (byte)(r.Length >> 8), (byte)r.Length, .. r])];
            ushort tag = BinaryPrimitives.ReadUInt16BigEndian(rdata.AsSpan(16));
            if (!zones[zone].Any(k => k.Tag == tag && (byte)k.Algorithm == rdata[2] && k.Verify(data, rdata[(signer + 1)..]))) return $"{what} has a signature by {tag} that is not right";
            _labels[(key.Owner, key.Type)] = labels;
        }
        return null;
    }

    /// <summary>The zone a name belongs to, DS of an apex apart.</summary>
    private string? ZoneOf(string name) => zones.Keys.Where(apex => IsAtOrBelow(name, apex)).MaxBy(apex => apex.Length);

    // Denial

    /// <summary>Each RRset made by a wildcard: nothing may stand between the wildcard and the name.</summary>
    private string? ProveExpansions()
    {
        foreach (((string owner, ushort type), int labels) in _labels)
        {
            int own = owner.Count(c => c == '.');
            if (labels >= own || owner.StartsWith("2A.", StringComparison.Ordinal) && labels == own - 1 || type is Nsec or Nsec3) continue;
            if (_records.All(r => r.Section != MessageSection.Answer || r.Owner != owner)) continue;
            string nextCloser = string.Join('.', owner.Split('.')[(own - labels - 1)..]);
            if (!IsAbsent(nextCloser, isNextCloser: true, owner)) return $"{owner} {type} is made by a wildcard, and nothing proves that {nextCloser} is not there";
        }
        return null;
    }

    private bool IsAbsent(string nextCloser, bool isNextCloser, string name)
        => _denials.Any(d => d.IsHashed ? isNextCloser && d.Covers(DenialRecord.Hash(nextCloser, ZoneOf(name)!)) : d.Covers(name, ZoneOf(name)!));

    private string? ProveNoName(string name)
    {
        string zone = ZoneOf(name)!;
        if (_denials.Any(d => d.IsHashed))
        {
            if (ClosestEncloser(name, zone) is not { } encloser) return $"no NSEC3 of an encloser of {name}";
            if (!CoversHash(NextCloser(name, encloser), zone)) return $"no NSEC3 covers what is below {encloser} on the way to {name}";
            return CoversHash("2A." + encloser, zone) ? null : $"no NSEC3 covers the wildcard below {encloser}";
        }
        DenialRecord? covering = _denials.FirstOrDefault(d => d.Covers(name, zone));
        if (covering is null) return $"no NSEC covers {name}";
        string wildcard = "2A." + covering.ClosestEncloser(name);
        return _denials.Any(d => d.Covers(wildcard, zone)) ? null : $"no NSEC covers {wildcard}";
    }

    private string? ProveNoType(string name, ushort type)
    {
        string zone = ZoneOf(name)!;
        if (_denials.Any(d => d.IsHashed))
        {
            if (_denials.FirstOrDefault(d => d.Owner == DenialRecord.Hash(name, zone)) is { } at) return at.Lacks(type) ? null : $"the NSEC3 of {name} has {type} or CNAME";
            if (ClosestEncloser(name, zone) is not { } encloser) return $"no NSEC3 of {name}, nor of an encloser";
            if (!CoversHash(NextCloser(name, encloser), zone)) return $"no NSEC3 covers what is below {encloser} on the way to {name}";
            return _denials.Any(d => d.Owner == DenialRecord.Hash("2A." + encloser, zone) && d.Lacks(type)) ? null : $"no NSEC3 of the wildcard below {encloser} without {type}";
        }
        if (_denials.FirstOrDefault(d => d.Owner == name) is { } own)
        {
            bool isOfChild = own.Has(Ns) && !own.Has(Soa) && type != Ds;
            return (own.Lacks(type) || own.Has(NxName)) && !isOfChild ? null : $"the NSEC of {name} has {type} or CNAME, or is the parent's";
        }
        DenialRecord? covering = _denials.FirstOrDefault(d => d.Covers(name, zone));
        if (covering is null) return $"no NSEC at or over {name}";
        if (covering.Next.EndsWith("." + name, StringComparison.Ordinal)) return null; // an empty non-terminal
        string wildcard = "2A." + covering.ClosestEncloser(name);
        if (_denials.Any(d => d.Owner == wildcard && d.Lacks(type))) return null;
        return _denials.Any(d => d.Covers(wildcard, zone) && d.Next.EndsWith("." + wildcard, StringComparison.Ordinal)) ? null : $"no NSEC of {wildcard} without {type}";
    }

    private string? ProveReferral(string cut)
    {
        if (_labels.ContainsKey((cut, Ds))) return null;
        DenialRecord? at = _denials.FirstOrDefault(d => d.Owner == cut || d.Owner == DenialRecord.Hash(cut, ZoneOf(cut)!));
        if (at is null) return $"neither DS of {cut} nor a proof that there is none";
        return at.Has(Ns) && !at.Has(Ds) && !at.Has(Soa) ? null : $"the denial at {cut} is no proof that there is no DS";
    }

    private bool CoversHash(string name, string zone) => _denials.Any(d => d.IsHashed && d.Covers(DenialRecord.Hash(name, zone)));

    private string? ClosestEncloser(string name, string zone)
        => AtAndAbove(name, zone).Skip(1).FirstOrDefault(above => _denials.Any(d => d.Owner == DenialRecord.Hash(above, zone) && !(d.Has(Ns) && !d.Has(Soa)) && !d.Has(Dname)));

    private static string NextCloser(string name, string encloser) => AtAndAbove(name, encloser).Last(above => above != encloser);

    private static IEnumerable<string> AtAndAbove(string name, string zone)
    {
        for (; name.Length > zone.Length; name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]) yield return name;
        yield return zone;
    }

    private static bool IsAtOrBelow(string name, string above) => above.Length == 0 || name == above || name.EndsWith("." + above, StringComparison.Ordinal);

    /// <summary>An NSEC by its owner's name, or an NSEC3 by its hash.</summary>
    private sealed record DenialRecord(bool IsHashed, string Owner, string Next, HashSet<ushort> Types)
    {
        public static DenialRecord Read(SignedRecord record)
        {
            byte[] rdata = record.Rdata;
            if (record.Type == Nsec)
            {
                string next = SignedRecord.Text(rdata);
                return new(false, record.Owner, next, ReadTypes(rdata.AsSpan(SignedRecord.Wire(next).Length)));
            }
            Assert.Equal([1, 0, 0, 0, 0, 20], rdata[..6]);
            string first = record.Owner[..record.Owner.IndexOf('.', StringComparison.Ordinal)];
            string zone = record.Owner[(first.Length + 1)..];
            return new(true, "#" + System.Text.Encoding.ASCII.GetString(Convert.FromHexString(first)) + "#" + zone, "#" + Base32(rdata.AsSpan(6, 20)) + "#" + zone, ReadTypes(rdata.AsSpan(26)));
        }

        public static string Hash(string name, string zone)
        {
#pragma warning disable CA5350 // The only hash that NSEC3 has.
            return "#" + Base32(SHA1.HashData(SignedRecord.Wire(name))) + "#" + zone;
#pragma warning restore CA5350
        }

        public bool Has(ushort type) => Types.Contains(type);

        public bool Lacks(ushort type) => !Has(type) && !Has(Cname);

        /// <summary>An NSEC3 over a hash.</summary>
        public bool Covers(string hash) => string.CompareOrdinal(Owner, Next) < 0
            ? string.CompareOrdinal(Owner, hash) < 0 && string.CompareOrdinal(hash, Next) < 0
            : string.CompareOrdinal(Owner, hash) < 0 || string.CompareOrdinal(hash, Next) < 0;

        /// <summary>An NSEC over a name of the zone; that of a delegation or DNAME says nothing of names below (RFC 6840 section 4.1).</summary>
        public bool Covers(string name, string zone)
        {
            if (IsHashed || (Compare(Owner, name) < 0 && name.EndsWith("." + Owner, StringComparison.Ordinal) && ((Has(Ns) && !Has(Soa)) || Has(Dname)))) return false;
            return Compare(Owner, name) < 0 && (Next == zone || Compare(name, Next) < 0) && IsAtOrBelow(Owner, zone);
        }

        /// <summary>The longest name above this one that the two ends prove to be there.</summary>
        public string ClosestEncloser(string name) => AtAndAbove(name, "").First(above => IsAtOrBelow(Owner, above) || IsAtOrBelow(Next, above));

        /// <summary>RFC 4034 section 6.1.</summary>
        private static int Compare(string left, string right)
        {
            string[] a = [.. left.Split('.').Reverse()], b = [.. right.Split('.').Reverse()];
            for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
            {
                int order = string.CompareOrdinal(a[i], b[i]);
                if (order != 0) return order;
            }
            return a.Length - b.Length;
        }

        private static HashSet<ushort> ReadTypes(ReadOnlySpan<byte> bitmap)
        {
            var types = new HashSet<ushort>();
            for (; !bitmap.IsEmpty; bitmap = bitmap[(2 + bitmap[1])..])
            {
                for (int i = 0; i < bitmap[1] * 8; i++)
                {
                    if ((bitmap[2 + (i / 8)] & (0x80 >> (i % 8))) != 0) types.Add((ushort)((bitmap[0] << 8) | i));
                }
            }
            return types;
        }

        private static string Base32(ReadOnlySpan<byte> octets)
        {
            var bits = string.Concat(octets.ToArray().Select(o => Convert.ToString(o, 2).PadLeft(8, '0')));
            return string.Concat(Enumerable.Range(0, bits.Length / 5).Select(i => "0123456789abcdefghijklmnopqrstuv"[Convert.ToInt32(bits.Substring(5 * i, 5), 2)]));
        }
    }

    /// <summary>Whether the answer says, by compact denial, that the name does not exist.</summary>
    public bool SaysNoName(DomainName name) => _denials.Any(d => d.Owner == NameOf(name) && d.Has(NxName));
}
