using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What updates changed in one zone, as it is kept on disk and shared: JSON, the same octets for the same edits.</summary>
internal sealed record EditsRecord(string Zone, uint? Serial, IReadOnlyList<EditRecord> Edits)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(ZoneEdits edits) => JsonSerializer.SerializeToUtf8Bytes(new EditsRecord(edits.Apex.ToLower().ToString(), edits.Serial, [.. edits.All.Select(EditRecord.Of)]), Format);

    /// <summary>Of the content: equal for equal edits.</summary>
    public static string TagOf(byte[] record) => Convert.ToHexStringLower(SHA256.HashData(record).AsSpan(0, 16));

    /// <returns>False for what was not written by <see cref="Write"/>, of this zone.</returns>
    public static bool TryRead(DomainName zone, byte[] record, [NotNullWhen(true)] out ZoneEdits? edits)
    {
        edits = null;
        try
        {
            if (JsonSerializer.Deserialize<EditsRecord>(record, Format) is not { Zone: not null, Edits: not null } read || !DomainName.TryParse(read.Zone, DomainName.Root, out DomainName? named, out _)
                || !named.Equals(zone))
                return false;
            var all = new List<ZoneEdit>();
            foreach (EditRecord edit in read.Edits)
            {
                if (edit?.ToEdit() is not { } good)
                    return false;
                all.Add(good);
            }

            edits = ZoneEdits.None(zone).With(all, read.Serial);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return false;
        }
    }
}

/// <summary>One of them.</summary>
/// <param name="Ttl">Null: taken out.</param>
/// <param name="Record">The data as a zone file has it.</param>
internal sealed record EditRecord(string Owner, string Type, uint? Ttl, string Record, string Revision, string By)
{
    public static EditRecord Of(ZoneEdit edit) => new(edit.Owner.ToString(), RecordTypeName.Of(edit.Type), edit.Ttl, RdataText.Format(edit.Type, edit.Rdata), edit.Revision, edit.By);

    /// <returns>Null where it is none.</returns>
    public ZoneEdit? ToEdit() => Owner is not null && Type is not null && Record is not null && By is not null && DomainName.TryParse(Owner, DomainName.Root, out DomainName? owner, out _)
        && RecordTypeName.TryParse(Type, out RecordType type) && !UpdateRules.IsNeverUpdated(type) && State.Revision.IsValid(Revision ?? "")
        && RdataText.TryParse(type, Record, DomainName.Root, out byte[]? rdata, out _) ? new ZoneEdit(owner, type, rdata, Ttl, Revision!, By) : null;
}
