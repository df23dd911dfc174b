using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Takes REGION, CHECK and STEER out of the zones read, with what else stands at their owners, and hands them to steering as plain values; gives what
/// steering finds wrong its place in the file.</summary>
internal static class TopologyLoader
{
    /// <param name="topology">Null when a problem is an error.</param>
    public static IEnumerable<ZoneDiagnostic> Load(IReadOnlyList<ZoneFile> files, out Topology? topology) =>
        Load([.. files.Select(file => ConfigurationOf(file, isSignedHere: false))], out topology);

    /// <summary>The same of what was taken out of zones before.</summary>
    public static IEnumerable<ZoneDiagnostic> Load(IReadOnlyList<ZoneConfiguration> zones, out Topology? topology)
    {
        List<ZoneRecord> sources = [.. zones.SelectMany(z => z.Sources)];
        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build([.. zones.SelectMany(z => z.Records)], out topology);
        return problems.Select(p => new ZoneDiagnostic(p.IsError ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, PositionOf(p, sources), p.Message));
    }

    /// <summary>A name as steering knows it: presentation format, lower case, final dot.</summary>
    public static string NameOf(DomainName name) => name.ToLower().ToString();

    /// <summary>What steering has to know of a zone; nothing where its apex is not known.</summary>
    /// <param name="isSignedHere">Beside zones that are signed as written.</param>
    public static ZoneConfiguration ConfigurationOf(ZoneFile file, bool isSignedHere)
    {
        var sources = new List<ZoneRecord>();
        var records = new List<ConfigRecord>();
        if (file.Apex is null)
        {
            return new ZoneConfiguration(sources, records);
        }

        string zone = NameOf(file.Apex);
        bool isSigned = isSignedHere || file.Records.At(file.Apex).Any(r => r.Type == RecordType.DNSKEY);
        foreach (ZoneRecord record in file.Records.Configuration)
        {
            var beside = new AtOwner(file.Records.At(record.Owner).Where(r => r.Words is null));
            sources.Add(record);
            records.Add(new ConfigRecord(KindOf(record.Type), NameOf(record.Owner), zone, NameOf(record.Words!.Origin), record.Ttl,
                [.. record.Words.Items.Select(w => w.Text)], beside.Addresses, beside.CnameTarget, isSigned, beside.OtherType));
        }

        return new ZoneConfiguration(sources, records);
    }

    private static ConfigKind KindOf(RecordType type) => type switch
    {
        RecordType.REGION => ConfigKind.Region,
        RecordType.CHECK => ConfigKind.Check,
        _ => ConfigKind.Steer,
    };

    private static SourcePosition PositionOf(ConfigProblem problem, List<ZoneRecord> sources)
    {
        ZoneRecord record = sources[problem.Record];
        IReadOnlyList<ConfigWord> words = record.Words!.Items;
        return problem.Word >= 0 && problem.Word < words.Count ? words[problem.Word].Position : record.Position;
    }

    /// <summary>What stands beside a configuration record.</summary>
    private sealed class AtOwner
    {
        public AtOwner(IEnumerable<ZoneRecord> others)
        {
            foreach (ZoneRecord other in others)
            {
                Add(other);
            }
        }

        public List<IPAddress> Addresses { get; } = [];

        public string? CnameTarget { get; private set; }

        public string? OtherType { get; private set; }

        private void Add(ZoneRecord record)
        {
            if (record.Type == RecordType.CNAME)
            {
                CnameTarget = NameOf(DomainName.FromWire(record.Rdata));
            }
            else if (record.Type is RecordType.A or RecordType.AAAA)
            {
                Addresses.Add(new IPAddress(record.Rdata));
            }
            else if (record.Type is not (RecordType.RRSIG or RecordType.NSEC))    // which may stand beside a CNAME (RFC 4035 section 2.5)
            {
                OtherType ??= RecordTypeName.Of(record.Type);
            }
        }
    }
}

/// <summary>REGION, CHECK and STEER of one zone with what stands beside them.</summary>
/// <param name="Sources">The records themselves, for their places; one for each of <paramref name="Records"/>.</param>
internal sealed record ZoneConfiguration(IReadOnlyList<ZoneRecord> Sources, IReadOnlyList<ConfigRecord> Records)
{
    public static readonly ZoneConfiguration Empty = new([], []);
}
