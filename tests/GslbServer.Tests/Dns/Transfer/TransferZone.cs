using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Zones that are transferred from one part of a test to the other, as messages.</summary>
internal static class TransferZone
{
    public static readonly DomainName Apex = DomainName.Parse("example.org.");

    /// <param name="records">Lines behind SOA and NS.</param>
    public static Zone Of(uint serial, string records = "") => TestServer.Compile($"$ORIGIN example.org.\n$TTL 300\n@ SOA ns hostmaster {serial} 3600 600 86400 60\n@ NS ns\nns A 192.0.2.53\n{records}\n");

    /// <summary>The messages of a transfer.</summary>
    public static List<byte[]> Messages(IRecordCursor records, int limit = TransferLimits.Message, string question = "example.org. AXFR")
    {
        byte[] query = new QueryMessage(question).ToWire();
        var packer = new TransferPacker(records, 0x4D2, 0, query[12..], hasEdns: false);
        var messages = new List<byte[]>();
        byte[] buffer = new byte[MessageLimits.Stream];
        while (!packer.IsDone)
        {
            int length = packer.Next(buffer, limit, 0);
            Assert.True(length > 0);
            messages.Add(buffer[..length]);
        }
        return messages;
    }

    public static TransferReader Read(IEnumerable<byte[]> messages, uint? held, out TransferOutcome outcome)
    {
        var reader = new TransferReader(Apex, "zone", held);
        outcome = TransferOutcome.Open;
        foreach (byte[] message in messages)
        {
            Assert.Equal(TransferOutcome.Open, outcome);
            Assert.True(TransferMessage.TryRead(message, out TransferMessage received));
            outcome = reader.Read(received);
        }
        return reader;
    }

    /// <summary>All records, sorted, one a line.</summary>
    public static string Text(Zone zone)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        IRecordCursor cursor = TransferSource.Whole(zone, withSteering: true);
        while (cursor.MoveNext()) lines.Add(new TransferRecord(DomainName.FromWire(cursor.Owner), cursor.Type, cursor.Ttl, cursor.Rdata.ToArray()).ToString());
        return string.Join('\n', lines);
    }

    public static Zone Compile(ZoneRecords records)
    {
        ZoneFile file = ZoneFileReader.Check("zone", records);
        Assert.False(file.HasErrors, string.Join('\n', file.Diagnostics));
        List<DomainName> steered = [.. records.Where(r => r.Type == RecordType.STEER).Select(r => r.Owner)];
        return ZoneCompiler.Compile(Apex, records, steered.IndexOf);
    }
}
