using System.Globalization;
using System.Text;

namespace GslbServer.Dns;

/// <summary>The DNSKEY, CDS and CDNSKEY sets of a stretch of time, with signatures by a key that is kept elsewhere.</summary>
/// <param name="Signatures">RDATA of RRSIG records.</param>
public sealed record BundleSlot(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<byte[]> Keys, IReadOnlyList<byte[]> Cds, IReadOnlyList<byte[]> Cdnskey, IReadOnlyList<byte[]> Signatures)
{
    /// <summary>Until then every signature is valid.</summary>
    public DateTimeOffset Expires => Signatures.Select(SignatureOf).Min(s => SignatureRdata.Time(s.Expiration, Until));

    private static SignatureRdata SignatureOf(byte[] rdata) => SignatureRdata.Read(rdata)!;
}

/// <summary>What a node serves that has no private KSK: signatures for months, made on a machine without a network. A text file of records, a slot behind each line <c>; from … until …</c>.</summary>
public sealed class KeyBundle
{
    private const string FirstLine = "; gslb key bundle 1 ", SlotLine = "; from ", Extension = ".bundle";

    private readonly DomainName _zone;

    public KeyBundle(DomainName zone, IReadOnlyList<BundleSlot> slots)
    {
        _zone = zone;
        Slots = slots;
    }

    /// <summary>In order of time, each beginning where the one before ends.</summary>
    public IReadOnlyList<BundleSlot> Slots { get; }

    public DateTimeOffset Ends => Slots[^1].Until;

    public static string FileNameOf(DomainName zone) => $"{zone.ToLower()}".TrimEnd('.') + Extension;

    /// <summary>The slot of this moment, if it is for exactly these keys and its signatures are valid. The last one serves on after its end, as long as they are.</summary>
    public BundleSlot? SlotAt(IReadOnlyList<DnssecKey> published, DateTimeOffset now)
        => Slots.LastOrDefault(s => s.From <= now) is { } slot && (now < slot.Until || slot == Slots[^1]) && now < slot.Expires && IsFor(slot, published) ? slot : null;

    /// <summary>Why there is no slot.</summary>
    public string Explain(DateTimeOffset now)
    {
        string file = FileNameOf(_zone);
        if (now < Slots[0].From) return $"{file}: begins at {KeyFileText.Format(Slots[0].From)}, which is not reached";
        return now >= Slots[^1].Expires
            ? $"{file}: its last signatures ended at {KeyFileText.Format(Slots[^1].Expires)}; make a new one with gslb keys sign-bundle where the key-signing key is"
            : $"{file}: signs other keys than those that are published now; copy keys and bundle together from where it was made";
    }

    public string Write(uint ttl)
    {
        var text = new StringBuilder(FirstLine).Append(_zone).Append('\n');
        foreach (BundleSlot slot in Slots)
        {
            text.Append(CultureInfo.InvariantCulture, $"{SlotLine}{KeyFileText.Format(slot.From)} until {KeyFileText.Format(slot.Until)}\n");
            foreach ((RecordType type, IReadOnlyList<byte[]> rdatas) in new[]
                { (RecordType.DNSKEY, slot.Keys), (RecordType.CDS, slot.Cds), (RecordType.CDNSKEY, slot.Cdnskey), (RecordType.RRSIG, slot.Signatures) })
                foreach (byte[] rdata in rdatas)
                    text.Append(CultureInfo.InvariantCulture, $"{_zone} {ttl} IN {RecordTypeName.Of(type)} {RdataText.Format(type, rdata)}\n");
        }
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, and verifies every signature over the keys.</summary>
    /// <param name="error">What is wrong: <c>line: what, what was expected</c>; null otherwise.</param>
    public static KeyBundle? Read(DomainName zone, string text, out string? error)
    {
        string[] lines = [.. text.Split('\n').Select(l => l.TrimEnd('\r'))];
        if (lines[0] != $"{FirstLine}{zone}")
        {
            error = $"1: no bundle of {zone}; expected \"{FirstLine}{zone}\", as gslb keys sign-bundle writes it";
            return null;
        }
        var slots = new List<BundleSlot>();
        List<(RecordType Type, byte[] Rdata)> records = [];
        (DateTimeOffset From, DateTimeOffset Until) time = default;
        for (int i = 1; i <= lines.Length; i++)
        {
            string line = i < lines.Length ? lines[i] : SlotLine;
            if (line.StartsWith(SlotLine, StringComparison.Ordinal))
            {
                if (records.Count > 0 && Finish(zone, time, records, slots) is { } wrong)
                {
                    error = $"{i}: {wrong}";
                    return null;
                }
                records = [];
                if (i == lines.Length) break;
                string[] words = line.Split(' ');
                if (words is not [_, _, var from, "until", var until] || !KeyFileText.TryParseTime(from, out time.From) || !KeyFileText.TryParseTime(until, out time.Until))
                {
                    error = $"{i + 1}: expected \"; from YYYYMMDDHHMMSS until YYYYMMDDHHMMSS\"";
                    return null;
                }
            }
            else if (line.Length > 0 && !TryReadRecord(zone, line, records, out string? problem))
            {
                error = $"{i + 1}: {problem}";
                return null;
            }
        }
        error = slots.Count == 0 ? "1: no signatures" : null;
        return error is null ? new KeyBundle(zone, slots) : null;
    }

    private static bool TryReadRecord(DomainName zone, string line, List<(RecordType, byte[])> records, out string? problem)
    {
        string[] words = line.Split(' ', 5);
        if (words.Length < 5 || !DomainName.TryParse(words[0], DomainName.Root, out DomainName? owner, out _) || !owner.Equals(zone) || !RecordTypeName.TryParse(words[3], out RecordType type)
            || type is not (RecordType.DNSKEY or RecordType.CDS or RecordType.CDNSKEY or RecordType.RRSIG))
        {
            problem = $"expected a record of {zone}, of type DNSKEY, CDS, CDNSKEY or RRSIG";
            return false;
        }
        if (!RdataText.TryParse(type, words[4], DomainName.Root, out byte[]? rdata, out problem)) return false;
        records.Add((type, rdata));
        return true;
    }

    private static string? Finish(DomainName zone, (DateTimeOffset From, DateTimeOffset Until) time, List<(RecordType Type, byte[] Rdata)> records, List<BundleSlot> slots)
    {
        byte[][] Of(RecordType type) => [.. records.Where(r => r.Type == type).Select(r => r.Rdata)];
        var slot = new BundleSlot(time.From, time.Until, Of(RecordType.DNSKEY), Of(RecordType.CDS), Of(RecordType.CDNSKEY), Of(RecordType.RRSIG));
        if (slot.Until <= slot.From || slots.Count > 0 && slots[^1].Until != slot.From) return "the slot does not begin where the one before ends";
        foreach ((RecordType type, IReadOnlyList<byte[]> rdatas) in new[] { (RecordType.DNSKEY, slot.Keys), (RecordType.CDS, slot.Cds), (RecordType.CDNSKEY, slot.Cdnskey) })
            if (rdatas.Count > 0 && !IsSigned(zone, type, rdatas, slot))
                return $"{RecordTypeName.Of(type)} has no signature by a key-signing key among these; the file was changed, or made for another zone";
        if (slot.Keys.Count == 0) return "a slot without DNSKEY records";
        slots.Add(slot);
        return null;
    }

    private static bool IsSigned(DomainName zone, RecordType type, IReadOnlyList<byte[]> rdatas, BundleSlot slot)
        => slot.Signatures.Any(s => SignatureRdata.Read(s) is { } fields && fields.Covered == type
            && slot.Keys.Any(k => Key(k) is { IsSecureEntryPoint: true } key && SignatureCheck.IsSignedBy(zone, rdatas, s, key)));

    private static DnssecKey? Key(byte[] rdata)
    {
        try
        {
            return DnssecKey.FromRdata(rdata);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsFor(BundleSlot slot, IReadOnlyList<DnssecKey> published)
        => slot.Keys.Count == published.Count && published.All(key => slot.Keys.Any(rdata => key.Rdata.SequenceEqual(rdata)));
}
